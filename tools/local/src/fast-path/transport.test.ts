// The payment provider without a wire: the same answers and the same errors as over HTTP, and no longer a
// wait.
import { MessageChannel } from "node:worker_threads";
import { type AwsEndpoint, type PaymentFault, startAwsEndpoint } from "@order-saga/emulator";
import { createStripeClient } from "@order-saga/payment/gateway/stripe-client";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openThreadChannel } from "./thread-channel.ts";
import { type Answered, type Answers, type Asked, answerWith, openRequests } from "./thread-requests.ts";
import { transportThrough } from "./transport.ts";

let aws: AwsEndpoint;
/** One after the other. */
const faults: PaymentFault[] = [];
beforeAll(async () => {
  aws = await startAwsEndpoint({
    port: 0,
    directory: undefined,
    faults: { payment: () => faults.shift() },
  });
});
afterAll(() => aws.stop());

/** As between a service's thread and the runtime's. */
function transportTo(answers: Answers) {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const runtime = openThreadChannel<Answered, Asked>(port1, (asked) =>
    answerWith(answers, asked).then(runtime.say),
  );
  const service = openThreadChannel<Asked, Answered>(port2, (answered) => requests.hear(answered));
  const requests = openRequests(service.say);
  return transportThrough((call) => requests.ask("stripe", call));
}

/** One client at an address where no server listens, and one over HTTP. */
const clients = () => ({
  "without a wire": createStripeClient(
    "sk_test_x",
    "http://127.0.0.1:1",
    transportTo({ stripe: aws.payments.answer }),
  ),
  "over HTTP": createStripeClient("sk_test_x", aws.url),
});

const charge = {
  amount: 1980,
  currency: "eur",
  payment_method: "pm_card_visa",
  capture_method: "manual",
  confirm: true,
  off_session: true,
  automatic_payment_methods: { enabled: true, allow_redirects: "never" },
  metadata: { orderId: "ö & 1" },
} as const;

type Intent = { id: string; created: number; client_secret: string; latest_charge: string };

test("the provider answers as over HTTP", async () => {
  const answers: object[] = [];
  for (const [way, { paymentIntents, refunds }] of Object.entries(clients())) {
    const keyed = (what: string) => ({ idempotencyKey: `${way}:${what}` });
    const intent = await paymentIntents.create(charge, keyed("authorize"));
    const { id, created, client_secret, latest_charge, ...held } = intent as unknown as Intent;
    const refused = await paymentIntents
      .capture("pi_none", {}, keyed("capture none"))
      .catch((error: object) => ({ ...error }));
    const { status } = await paymentIntents.capture(id, {}, keyed("capture"));
    await refunds.create({ payment_intent: id, amount: 1980, metadata: {} }, keyed("refund"));
    const { data } = await refunds.list({ payment_intent: id, limit: 1 });
    answers.push({ held, refused, status, found: data[0]?.status });
  }
  expect(answers[0]).toMatchObject({
    held: { status: "requires_capture", metadata: charge.metadata },
    refused: { statusCode: 404, code: "resource_missing" },
    status: "succeeded",
    found: "succeeded",
  });
  expect(answers[0]).toEqual(answers[1]);
});

const noAnswer = { name: expect.stringMatching(/^(AnswerLost|Error)$/) };
const refusal = (statusCode: number, more: object = {}) => ({ name: "StripeError", statusCode, ...more });

test.each<[PaymentFault, object]>([
  [{ mode: "down" }, noAnswer],
  [{ mode: "timeout-before-effect" }, noAnswer],
  [{ mode: "timeout-after-effect" }, noAnswer],
  [{ mode: "server-error" }, refusal(500)],
  [{ mode: "rate-limited" }, refusal(429, { code: "rate_limit" })],
  [{ mode: "key-in-use" }, refusal(409, { code: "idempotency_key_in_use" })],
  [{ mode: "declined" }, refusal(402, { decline_code: "generic_decline" })],
])("a provider with the fault %o fails as over HTTP, asked once", async (fault, error) => {
  for (const [way, { paymentIntents }] of Object.entries(clients())) {
    faults.push(fault, fault);
    const asked = paymentIntents.create(charge, { idempotencyKey: `${fault.mode} ${way}` });
    await expect(asked, way).rejects.toMatchObject(error);
    expect(faults.splice(0), way).toHaveLength(1);
  }
});

test("a provider that is too slow is given up, and its late answer is ignored", async () => {
  const late = Promise.withResolvers<void>();
  const transport = transportTo({
    async stripe({ path }) {
      if (path === "/slow") await late.promise;
      return { status: 200, headers: {}, body: path };
    },
  });
  const stopping = new AbortController();
  const ask = (path: string, { signal } = new AbortController()) =>
    transport({ method: "GET", path, headers: {}, body: "", signal });
  const slow = ask("/slow", stopping);
  stopping.abort(new Error("too slow"));
  await expect(slow).rejects.toThrow("too slow");
  late.resolve();
  expect(await ask("/next")).toMatchObject({ body: "/next" });
});
