// The behaviours of the payment provider's intents, after Stripe's documents, with the official client.
import type Stripe from "stripe";
import { expect } from "vitest";
import { onAnEndpoint } from "./behaviour.ts";
import { AMOUNT, error, provides, unexpected } from "./provider.ts";

onAnEndpoint();

provides(
  "A manual capture holds the amount until it is captured",
  "Stripe API: Create a PaymentIntent",
  async ({ stripe, authorise }) => {
    const held = await authorise();
    expect(held).toMatchObject({ status: "requires_capture", amount_capturable: AMOUNT, amount_received: 0 });
    const captured = await stripe.paymentIntents.capture(held.id);
    expect(captured).toMatchObject({ status: "succeeded", amount_capturable: 0, amount_received: AMOUNT });
  },
);

provides(
  "An automatic capture takes the amount at once",
  "Stripe API: Create a PaymentIntent",
  async ({ authorise }) => {
    expect(await authorise({ capture_method: "automatic" })).toMatchObject({
      status: "succeeded",
      amount_received: AMOUNT,
    });
  },
);

provides(
  "An intent without confirmation waits for it",
  "Stripe API: Create a PaymentIntent",
  async ({ stripe, authorise }) => {
    const { id, status } = await authorise({ confirm: undefined, off_session: undefined });
    expect(status).toBe("requires_confirmation");
    expect((await stripe.paymentIntents.confirm(id)).status).toBe("requires_capture");
  },
);

provides(
  "Less than the held amount can be captured, more cannot, and only once",
  "Stripe API: Capture a PaymentIntent",
  async ({ stripe, authorise }) => {
    const { id } = await authorise();
    await expect(stripe.paymentIntents.capture(id, { amount_to_capture: AMOUNT + 1 })).rejects.toMatchObject(
      error("invalid_request_error", 400, { code: "amount_too_large" }),
    );
    const part = await stripe.paymentIntents.capture(id, { amount_to_capture: 980 });
    expect(part).toMatchObject({ status: "succeeded", amount_received: 980, amount_capturable: 0 });
    await expect(stripe.paymentIntents.capture(id)).rejects.toMatchObject(unexpected);
  },
);

provides(
  "A held amount is given back by a cancel, a captured one is not",
  "Stripe API: Cancel a PaymentIntent",
  async ({ stripe, authorise }) => {
    const held = await authorise();
    const reason = { cancellation_reason: "requested_by_customer" } as const;
    expect(await stripe.paymentIntents.cancel(held.id, reason)).toMatchObject({
      status: "canceled",
      amount_capturable: 0,
      ...reason,
    });
    await expect(stripe.paymentIntents.capture(held.id)).rejects.toMatchObject(unexpected);
    const captured = await authorise({ capture_method: "automatic" });
    await expect(stripe.paymentIntents.cancel(captured.id)).rejects.toMatchObject(unexpected);
  },
);

provides(
  "A declined card is an error with its intent",
  "Stripe guide: Test cards",
  async ({ stripe, authorise }) => {
    const refused = await authorise({ payment_method: "pm_card_visa_chargeDeclinedInsufficientFunds" }).catch(
      (thrown: Stripe.errors.StripeError) => thrown,
    );
    expect(refused).toMatchObject(
      error("card_error", 402, { code: "card_declined", decline_code: "insufficient_funds" }),
    );
    const { payment_intent } = refused as Stripe.errors.StripeError;
    const found = await stripe.paymentIntents.retrieve(payment_intent?.id ?? "");
    expect(found).toMatchObject({ status: "requires_payment_method", amount_capturable: 0 });
  },
);

provides(
  "A card that wants its owner is an error when the owner is away",
  "Stripe guide: Test cards",
  async ({ authorise }) => {
    await expect(authorise({ payment_method: "pm_card_authenticationRequired" })).rejects.toMatchObject(
      error("card_error", 402, { code: "authentication_required" }),
    );
  },
);

provides(
  "The same key and parameters are answered once more, without another effect",
  "Stripe API: Idempotent requests",
  async ({ stripe, authorise }, world) => {
    const idempotencyKey = world.unique("key");
    const metadata = { order: world.unique("order") };
    const [one, two] = [
      await authorise({ metadata }, { idempotencyKey }),
      await authorise({ metadata }, { idempotencyKey }),
    ];
    expect(two.id).toBe(one.id);
    expect((two as Stripe.Response<Stripe.PaymentIntent>).lastResponse.headers["idempotent-replayed"]).toBe(
      "true",
    );
    await world.passSeconds(61);
    const { data } = await stripe.paymentIntents.search({ query: `metadata["order"]:"${metadata.order}"` });
    expect(data.map(({ id }) => id)).toEqual([one.id]);
  },
);

provides(
  "A decline is answered once more too",
  "Stripe API: Idempotent requests",
  async ({ authorise }, world) => {
    const options = { idempotencyKey: world.unique("key") };
    const declined = { payment_method: "pm_card_visa_chargeDeclined" };
    const intents: (string | undefined)[] = [];
    for (const _ of [1, 2]) {
      const thrown = await authorise(declined, options).catch((each: Stripe.errors.StripeError) => each);
      intents.push((thrown as Stripe.errors.StripeError).payment_intent?.id);
    }
    expect(intents[0]).toBeDefined();
    expect(intents[1]).toBe(intents[0]);
  },
);

provides(
  "The same key with other parameters is an error",
  "Stripe API: Idempotent requests",
  async ({ authorise }, world) => {
    const options = { idempotencyKey: world.unique("key") };
    await authorise({}, options);
    await expect(authorise({ amount: AMOUNT + 1 }, options)).rejects.toMatchObject(
      error("idempotency_error", 400),
    );
  },
);

provides(
  "A request refused before it began leaves its key free",
  "Stripe API: Idempotent requests",
  async ({ authorise }, world) => {
    const options = { idempotencyKey: world.unique("key") };
    await expect(authorise({ currency: "nonsense" }, options)).rejects.toMatchObject(
      error("invalid_request_error", 400),
    );
    expect((await authorise({}, options)).status).toBe("requires_capture");
  },
);

provides(
  "A key is forgotten after a day",
  "Stripe API: Idempotent requests",
  async ({ authorise }, world) => {
    const options = { idempotencyKey: world.unique("key") };
    const first = await authorise({}, options);
    await world.passSeconds(86_400 - 1);
    expect((await authorise({}, options)).id).toBe(first.id);
    await world.passSeconds(2);
    expect((await authorise({}, options)).id).not.toBe(first.id);
  },
);

provides(
  "A refund gives back what was received, in parts or whole, and no more",
  "Stripe API: Create a refund",
  async ({ stripe, authorise }) => {
    const { id: payment_intent } = await authorise({ capture_method: "automatic" });
    expect(await stripe.refunds.create({ payment_intent, amount: 980 })).toMatchObject({
      amount: 980,
      status: "succeeded",
    });
    await expect(stripe.refunds.create({ payment_intent, amount: 1008 })).rejects.toMatchObject(
      error("invalid_request_error", 400),
    );
    expect(await stripe.refunds.create({ payment_intent })).toMatchObject({ amount: 1007 });
    await expect(stripe.refunds.create({ payment_intent })).rejects.toMatchObject(
      error("invalid_request_error", 400, { code: "charge_already_refunded" }),
    );
    expect((await stripe.refunds.list({ payment_intent })).data).toHaveLength(2);
  },
);

provides(
  "Nothing can be refunded before it was received",
  "Stripe API: Create a refund",
  async ({ stripe, authorise }) => {
    const { id: payment_intent } = await authorise();
    await expect(stripe.refunds.create({ payment_intent })).rejects.toMatchObject(
      error("invalid_request_error", 400),
    );
  },
);

provides(
  "An intent that is not there is a 404 with its id",
  "Stripe API: Retrieve a PaymentIntent",
  async ({ stripe }) => {
    await expect(stripe.paymentIntents.retrieve("pi_nothing")).rejects.toMatchObject(
      error("invalid_request_error", 404, {
        code: "resource_missing",
        message: expect.stringContaining("pi_nothing"),
      }),
    );
  },
);

provides(
  "A list has the newest first, ten unless it is told otherwise",
  "Stripe API: Pagination",
  async ({ stripe, authorise }) => {
    const ids: string[] = [];
    for (let i = 0; i < 11; i++) ids.push((await authorise()).id);
    const { data, has_more } = await stripe.paymentIntents.list();
    expect([data.map(({ id }) => id), has_more]).toEqual([ids.toReversed().slice(0, 10), true]);
    for (const limit of [0, 101]) {
      await expect(stripe.paymentIntents.list({ limit })).rejects.toMatchObject(
        error("invalid_request_error", 400, { param: "limit" }),
      );
    }
    expect((await stripe.paymentIntents.list({ limit: 1 })).data.map(({ id }) => id)).toEqual(ids.slice(-1));
  },
);

provides(
  "A list goes on behind the last one seen, and ends",
  "Stripe API: Pagination",
  async ({ stripe, authorise }) => {
    const ids = [(await authorise()).id, (await authorise()).id, (await authorise()).id];
    const page = await stripe.paymentIntents.list({ limit: 2, starting_after: ids[2] ?? "" });
    expect(page.data.map(({ id }) => id)).toEqual([ids[1], ids[0]]);
  },
);

provides(
  "Without a key, or on an unknown path, an error says so",
  "Stripe API: Errors",
  async (_, { url }) => {
    const ask = async (path: string, headers: Record<string, string>) => {
      const answer = await fetch(`${url}${path}`, { headers });
      return { status: answer.status, body: await answer.json() };
    };
    expect(await ask("/v1/payment_intents", {})).toMatchObject({
      status: 401,
      body: { error: { type: "invalid_request_error" } },
    });
    expect(await ask("/v1/nonsense", { authorization: "Bearer sk_test" })).toMatchObject({
      status: 404,
      body: {
        error: {
          type: "invalid_request_error",
          message: expect.stringContaining("Unrecognized request URL"),
        },
      },
    });
  },
);

provides(
  "After a decline another card pays, and nothing of the decline is left",
  "Stripe guide: How PaymentIntents work",
  async ({ stripe, authorise }) => {
    const refused = await authorise({ payment_method: "pm_card_visa_chargeDeclined" }).catch(
      (thrown: Stripe.errors.StripeError) => thrown,
    );
    const id = (refused as Stripe.errors.StripeError).payment_intent?.id ?? "";
    const options = { payment_method: "pm_card_mastercard", off_session: true };
    expect(await stripe.paymentIntents.confirm(id, options)).toMatchObject({
      status: "requires_capture",
      amount_capturable: AMOUNT,
      last_payment_error: null,
    });
  },
);

provides(
  "A hold lapses after seven days, and is canceled by itself",
  "Stripe guide: Place a hold on a payment method",
  async ({ stripe, authorise }, world) => {
    const { id } = await authorise();
    await world.passSeconds(7 * 86_400 - 2);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe("requires_capture");
    await world.passSeconds(3);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: "canceled",
      cancellation_reason: "automatic",
      amount_capturable: 0,
      canceled_at: expect.any(Number),
    });
    await expect(stripe.paymentIntents.capture(id)).rejects.toMatchObject(unexpected);
  },
);

provides(
  "A new intent is found by a search after a minute, and by its id at once",
  "Stripe guide: Search",
  async ({ stripe, authorise }, world) => {
    const order = world.unique("order");
    const search = () => stripe.paymentIntents.search({ query: `metadata['order']:'${order}'`, limit: 1 });
    const { id } = await authorise({ metadata: { order } });
    expect((await stripe.paymentIntents.retrieve(id)).metadata).toEqual({ order });
    expect((await search()).data).toEqual([]);
    await world.passSeconds(61);
    const { id: second } = await authorise({ metadata: { order } });
    await world.passSeconds(61);
    const first = await search();
    expect([first.data.map((each) => each.id), first.has_more]).toEqual([[second], true]);
    const next = await stripe.paymentIntents.search({
      query: `metadata['order']:'${order}'`,
      limit: 1,
      page: first.next_page ?? "",
    });
    expect([next.data.map((each) => each.id), next.has_more]).toEqual([[id], false]);
  },
);

provides("A list is limited to a time", "Stripe API: Pagination", async ({ stripe, authorise }, world) => {
  await world.passSeconds(10);
  const early = await authorise();
  await world.passSeconds(100);
  const late = await authorise();
  const ids = async (created: Stripe.RangeQueryParam | number) =>
    (await stripe.paymentIntents.list({ created })).data.map(({ id }) => id);
  expect(await ids({ gte: early.created })).toEqual([late.id, early.id]);
  expect(await ids({ gt: early.created })).toEqual([late.id]);
  expect(await ids({ gte: early.created, lt: late.created })).toEqual([early.id]);
  expect(await ids(late.created)).toEqual([late.id]);
});

provides(
  "A payment method of no customer pays once, one of a customer for that customer only",
  "Stripe API: PaymentMethods",
  async ({ stripe, authorise }) => {
    const made = () => stripe.paymentMethods.create({ type: "card", card: { token: "tok_visa" } });
    const alone = await made();
    expect((await authorise({ payment_method: alone.id })).status).toBe("requires_capture");
    const again = authorise({ payment_method: alone.id });
    await expect(again).rejects.toMatchObject(error("invalid_request_error", 400));
    await expect(again).rejects.toThrow("It may not be used again");
    const { id: customer } = await stripe.customers.create({ name: "Ada" });
    const { id: payment_method } = await made();
    await stripe.paymentMethods.attach(payment_method, { customer });
    for (let time = 1; time <= 2; time++)
      expect((await authorise({ payment_method, customer })).customer).toBe(customer);
    await expect(authorise({ payment_method })).rejects.toThrow("belongs to a Customer");
    await expect(stripe.paymentMethods.attach(alone.id, { customer })).rejects.toThrow(
      "may not be used again",
    );
  },
);

provides("A test card pays as often as it is asked", "Stripe guide: Test cards", async ({ authorise }) => {
  for (let time = 1; time <= 2; time++) expect((await authorise()).status).toBe("requires_capture");
});

provides(
  "The charge of an intent is shown where it is asked for",
  "Stripe API: Expanding responses",
  async ({ stripe, authorise }) => {
    const { id, latest_charge } = await authorise();
    expect(latest_charge).toMatch(/^ch_/);
    await stripe.paymentIntents.capture(id, { amount_to_capture: 1001 });
    await stripe.refunds.create({ payment_intent: id, amount: 11 });
    const expand = ["latest_charge.refunds"];
    const { latest_charge: shown } = await stripe.paymentIntents.retrieve(id, { expand });
    expect(shown).toMatchObject({
      id: latest_charge,
      amount: AMOUNT,
      amount_captured: 1001,
      amount_refunded: 11,
      captured: true,
      disputed: false,
      refunded: false,
      refunds: { data: [{ amount: 11 }] },
    });
    const listed = await stripe.paymentIntents.list({ limit: 1, expand: ["data.latest_charge"] });
    expect(listed.data[0]?.latest_charge).toMatchObject({ id: latest_charge });
    const asked = stripe.paymentIntents.retrieve(id, { expand: ["nonsense"] });
    await expect(asked).rejects.toMatchObject(error("invalid_request_error", 400));
  },
);
