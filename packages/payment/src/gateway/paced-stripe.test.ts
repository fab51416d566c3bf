// Stripe's client under Stripe's limit: what is asked again, under which key, and what is not.
import { createPace, NoTurn } from "@order-saga/messaging/pace";
import { aSkippingClock } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { pacedStripe } from "./paced-stripe.ts";
import { createStripeClient, StripeError } from "./stripe-client.ts";

type Answer = { status: number; body?: object; headers?: Record<string, string> } | "no answer";

const answered: Answer = { status: 200, body: { id: "pi_1", status: "succeeded", amount_received: 1985 } };
const refused = (status: number, code?: string, headers = {}): Answer => ({
  status,
  body: { error: { type: "invalid_request_error", ...(code && { code }) } },
  headers,
});

/** A client whose Stripe gives these answers one after the other, and then none that is wrong. */
function against(...answers: Answer[]) {
  const clock = aSkippingClock();
  const asked: { key: string | undefined; at: number }[] = [];
  const client = createStripeClient("sk_test_x", "https://stripe.example", async ({ headers }) => {
    asked.push({ key: headers["idempotency-key"], at: clock.now() });
    const { status, body = {}, ...more } = giving(answers.shift() ?? answered);
    return { status, body: JSON.stringify(body), ...more };
  });
  const paces = new Map<string, ReturnType<typeof createPace>>();
  const paceOf = (operation: string) => {
    const pace = paces.get(operation) ?? createPace(clock, { perSecond: 25, processes: 14 });
    paces.set(operation, pace);
    return pace;
  };
  const stripe = pacedStripe(client, { clock, paceOf, until: 24_000 });
  const capture = (order = "ord_1") =>
    stripe.paymentIntents.capture("pi_1", {}, { idempotencyKey: `${order}:capture` });
  return { asked, capture, clock, paces, stripe };
}

function giving(answer: Answer): Exclude<Answer, string> {
  if (answer === "no answer") throw new Error("socket hang up");
  return answer;
}

test.for<[string, Answer]>([
  ["too many requests", refused(429, "rate_limit")],
  ["an object that is locked", refused(429, "lock_timeout")],
  ["a key in use", refused(409, "idempotency_key_in_use")],
  ["no answer", "no answer"],
  ["a bad gateway", { status: 502 }],
  ["a 500, which may have left the key free", { status: 500 }],
])("after %s once, the answer is there within three seconds, under the same key", async ([, fault]) => {
  for (const act of ["capture", "cancel"] as const) {
    const { asked, clock, stripe } = against(fault);
    const idempotencyKey = `ord_1:${act}`;
    expect(await stripe.paymentIntents[act]("pi_1", {}, { idempotencyKey })).toMatchObject({ id: "pi_1" });
    expect(asked.map(({ key }) => key)).toEqual([idempotencyKey, idempotencyKey]);
    expect(clock.now()).toBeLessThan(3000);
  }
});

test.for<[string, Answer]>([
  ["a declined card", { status: 402, body: { error: { type: "card_error", code: "card_declined" } } }],
  ["a wrong request", refused(400, "parameter_missing")],
  ["a wrong key", { status: 401 }],
  ["a 500 that Stripe has kept under the key", { status: 500, headers: { "idempotent-replayed": "true" } }],
  ["what Stripe says is not to be tried again", refused(503, undefined, { "stripe-should-retry": "false" })],
])("%s is not asked again", async ([, fault]) => {
  const { asked, capture } = against(fault);
  await expect(capture()).rejects.toBeInstanceOf(StripeError);
  expect(asked).toHaveLength(1);
});

test("a 500 of a request without a key is asked again", async () => {
  const { asked, stripe } = against({ status: 500 });
  expect(await stripe.paymentIntents.retrieve("pi_1")).toMatchObject({ id: "pi_1" });
  expect(asked.map(({ key }) => key)).toEqual([undefined, undefined]);
});

test("after four faults the last one is told", async () => {
  const { asked, capture } = against(
    ...Array.from({ length: 4 }, () => refused(409, "idempotency_key_in_use")),
  );
  await expect(capture()).rejects.toMatchObject({ statusCode: 409 });
  expect(asked).toHaveLength(4);
});

test("Stripe's own time to wait is kept, and the rest of the batch is not asked for in it", async () => {
  const { asked, capture, stripe } = against(refused(429, "rate_limit", { "retry-after": "60" }));
  await expect(capture()).rejects.toMatchObject({ statusCode: 429, retryAfterSeconds: 60 });
  await expect(capture("ord_2")).rejects.toBeInstanceOf(NoTurn);
  expect(asked).toHaveLength(1);
  // Another operation has a limit of its own.
  await stripe.paymentIntents.retrieve("pi_2");
  expect(asked).toHaveLength(2);
});

test("each operation has its own way, and a quiet one does not wait", async () => {
  const { capture, clock, paces, stripe } = against();
  await capture();
  await stripe.paymentIntents.retrieve("pi_1");
  await stripe.refunds.list({ payment_intent: "pi_1", limit: 100 });
  expect([...paces.keys()]).toEqual(["paymentIntents.capture", "paymentIntents.retrieve", "refunds.list"]);
  expect(clock.now()).toBe(0);
});
