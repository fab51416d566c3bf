// What the provider tells the shop by itself, after Stripe's documents.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Stripe from "stripe";
import { expect, onTestFinished } from "vitest";
import type { WebhookEndpoint } from "../../src/index.ts";
import { onAnEndpoint, type World } from "./behaviour.ts";
import { AMOUNT, atOnce, inSession, provides } from "./provider.ts";

onAnEndpoint();

const SECRET = "whsec_of_the_shop";

const typesOf = async (stripe: Stripe, id: string) => {
  const { data } = await stripe.events.list({ limit: 100 });
  const isOf = ({ data: { object } }: Stripe.Event) =>
    "payment_intent" in object ? object.payment_intent === id : "id" in object && object.id === id;
  return data
    .filter(isOf)
    .map(({ type }) => type)
    .toReversed();
};

provides(
  "Each change of a payment makes the events that say so",
  "Stripe API: Event types",
  async ({ stripe, authorise }, { emulator, passSeconds }) => {
    const { id } = await authorise();
    await stripe.paymentIntents.capture(id);
    await stripe.refunds.create({ payment_intent: id, amount: 5 });
    expect(await typesOf(stripe, id)).toEqual([
      "payment_intent.created",
      "charge.succeeded",
      "payment_intent.amount_capturable_updated",
      "charge.captured",
      "payment_intent.succeeded",
      "refund.created",
      "charge.refunded",
    ]);
    const asked = await authorise({ ...inSession, payment_method: "pm_card_authenticationRequired" });
    emulator().payments.authenticate(asked.id, "failed");
    await stripe.paymentIntents.cancel(asked.id);
    expect(await typesOf(stripe, asked.id)).toEqual([
      "payment_intent.created",
      "payment_intent.requires_action",
      "payment_intent.payment_failed",
      "payment_intent.canceled",
    ]);
    const held = await authorise();
    await passSeconds(7 * 86_400);
    expect((await typesOf(stripe, held.id)).slice(3)).toEqual(["charge.expired", "payment_intent.canceled"]);
  },
);

provides(
  "A refund that fails later and a dispute are told when they happen",
  "Stripe API: Event types",
  async ({ stripe, authorise }, { passSeconds }) => {
    const failing = await authorise({ ...atOnce, payment_method: "pm_card_refundFail" });
    await stripe.refunds.create({ payment_intent: failing.id });
    await passSeconds(61);
    expect((await typesOf(stripe, failing.id)).slice(-3)).toEqual([
      "refund.updated",
      "charge.refund.updated",
      "refund.failed",
    ]);
    const disputed = await authorise({ ...atOnce, payment_method: "pm_card_createDispute" });
    await passSeconds(5);
    const [dispute] = (await stripe.disputes.list({ payment_intent: disputed.id })).data;
    await stripe.disputes.update(dispute?.id ?? "", { evidence: { uncategorized_text: "winning_evidence" } });
    await passSeconds(61);
    expect((await typesOf(stripe, disputed.id)).slice(-5)).toEqual([
      "charge.dispute.created",
      "charge.dispute.funds_withdrawn",
      "charge.dispute.updated",
      "charge.dispute.closed",
      "charge.dispute.funds_reinstated",
    ]);
  },
);

provides(
  "An event shows the object as it was then, and the request that caused it",
  "Stripe API: Event types",
  async ({ stripe, authorise }, { emulator, unique }) => {
    const idempotencyKey = unique("key");
    const { id } = await authorise({}, { idempotencyKey });
    emulator().payments.byHand(id, { do: "capture", amount: 1001 });
    const { data } = await stripe.events.list({
      types: ["payment_intent.amount_capturable_updated"],
      limit: 1,
    });
    expect(data[0]).toMatchObject({
      object: "event",
      livemode: false,
      api_version: "2026-10-28.endive",
      request: { id: expect.stringMatching(/^req_/), idempotency_key: idempotencyKey },
      data: { object: { id, status: "requires_capture", amount_received: 0 } },
    });
    const [taken] = (await stripe.events.list({ type: "payment_intent.succeeded", limit: 1 })).data;
    expect(taken?.request).toEqual({ id: expect.stringMatching(/^req_/), idempotency_key: null });
    expect(taken?.data.object).toMatchObject({ id, amount_received: 1001 });
    expect(await stripe.events.retrieve(taken?.id ?? "")).toMatchObject({ type: "payment_intent.succeeded" });
  },
);

/** A shop that answers with these statuses, then with 200. */
async function aShop(world: World, statuses: number[] = [], more: Partial<WebhookEndpoint> = {}) {
  const heard: { body: string; signature: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    heard.push({ body, signature: String(request.headers["stripe-signature"]) });
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { payments } = world.emulator();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
  payments.sendWebhooksTo({ url, secrets: [SECRET], types: ["payment_intent.succeeded"], ...more });
  onTestFinished(() => {
    payments.sendWebhooksTo(undefined);
    server.close();
  });
  return {
    heard,
    quiet: () => expect.poll(() => payments.webhooks.pending(), { interval: 5 }).toBe(0),
    event: (index: number, secret = SECRET) => {
      const { body = "", signature = "" } = heard[index] ?? {};
      return Stripe.webhooks.constructEvent(body, signature, secret, 300, undefined, Date.now());
    },
  };
}

provides(
  "A webhook is signed, so that the official client believes it, and nobody else's",
  "Stripe guide: Webhook signatures",
  async ({ authorise }, world) => {
    const shop = await aShop(world, [], { secrets: [SECRET, "whsec_of_before"] });
    const { id } = await authorise(atOnce);
    await shop.quiet();
    expect(shop.heard).toHaveLength(1);
    for (const secret of [SECRET, "whsec_of_before"])
      expect(shop.event(0, secret)).toMatchObject({ data: { object: { id, amount_received: AMOUNT } } });
    expect(() => shop.event(0, "whsec_other")).toThrow("No signatures found");
  },
);

provides(
  "Only the types that the endpoint listens to are sent",
  "Stripe guide: Webhooks",
  async ({ stripe, authorise }, world) => {
    const shop = await aShop(world, [], { types: ["payment_intent.canceled"] });
    const { id } = await authorise();
    await stripe.paymentIntents.cancel(id);
    await shop.quiet();
    expect(shop.heard.map(({ body }) => JSON.parse(body).type)).toEqual(["payment_intent.canceled"]);
  },
);

provides(
  "A webhook that is not taken is sent again, the same event signed anew, three times over hours",
  "Stripe guide: Webhooks",
  async ({ authorise }, world) => {
    const shop = await aShop(world, [500, 302, 404, 503, 503]);
    await authorise(atOnce);
    for (const seconds of [0, 600, 3600, 3 * 3600, 72 * 3600]) {
      await world.passSeconds(seconds + 1);
      await shop.quiet();
    }
    expect(shop.heard).toHaveLength(4);
    expect(new Set(shop.heard.map(({ body }) => JSON.parse(body).id)).size).toBe(1);
    expect(new Set(shop.heard.map(({ signature }) => signature)).size).toBe(4);
    const [delivery] = world.emulator().payments.webhooks.latest();
    expect(delivery?.attempts.map(({ status }) => status)).toEqual([500, 302, 404, 503]);
    expect(JSON.stringify(delivery)).not.toContain("whsec");
  },
);

provides(
  "A webhook that was taken is not sent again",
  "Stripe guide: Webhooks",
  async ({ authorise }, world) => {
    const shop = await aShop(world, [500, 204]);
    await authorise(atOnce);
    for (const seconds of [0, 601, 4000, 72 * 3600]) {
      await world.passSeconds(seconds);
      await shop.quiet();
    }
    expect(shop.heard).toHaveLength(2);
  },
);
