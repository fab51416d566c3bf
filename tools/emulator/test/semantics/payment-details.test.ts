// What a request may say besides the amount, and what a list may be asked for, after Stripe's documents.
import { expect } from "vitest";
import { onAnEndpoint } from "./behaviour.ts";
import { atOnce, error, inSession, invalid, provides, send } from "./provider.ts";

onAnEndpoint();

const asking = "pm_card_threeDSecureRequired";
const waiting = { confirm: undefined, off_session: undefined };
const away = error("card_error", 402, { code: "authentication_required" });

provides(
  "What is said of a payment is shown with it, from its creation on",
  "Stripe API: Create a PaymentIntent",
  async ({ stripe, authorise }) => {
    const said = {
      description: "tea",
      receipt_email: "ada@example.com",
      statement_descriptor: "ORDER SAGA",
      statement_descriptor_suffix: "TEA",
    };
    const { id } = await authorise(said);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject(said);
    const other = { statement_descriptor: "ANOTHER SHOP" };
    await stripe.paymentIntents.update(id, other);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ ...said, ...other });
  },
);

provides(
  "Without automatic payment methods nobody is redirected, so that no way back is wanted",
  "Stripe API: Create a PaymentIntent",
  async ({ authorise }) => {
    const { status } = await authorise({ automatic_payment_methods: { enabled: false } });
    expect(status).toBe("requires_capture");
    await expect(authorise({ automatic_payment_methods: { enabled: true } })).rejects.toMatchObject(
      invalid({ param: "return_url" }),
    );
  },
);

provides(
  "What has one value here is refused with another",
  "Stripe API: Errors",
  async ({ authorise }, world) => {
    const { id } = await authorise();
    const refused: [path: string, fields: Record<string, string>][] = [
      ["POST payment_intents", { amount: "1987", currency: "eur", confirmation_method: "manual" }],
      [`POST payment_intents/${id}/capture`, { final_capture: "false" }],
      ["POST disputes/dp_1", { submit: "false" }],
      ["GET payment_methods", { type: "sepa_debit" }],
      ["POST payment_methods", { type: "sepa_debit" }],
    ];
    for (const [route, fields] of refused) {
      const [method = "", path = ""] = route.split(" ");
      const { body, status } = await send(world, method, `/v1/${path}`, fields);
      expect([route, status, body.error?.param]).toEqual([route, 400, Object.keys(fields).at(-1)]);
    }
  },
);

provides(
  "Whether the customer is there can be said as late as at the confirmation",
  "Stripe API: Confirm a PaymentIntent",
  async ({ stripe, authorise }) => {
    const unconfirmed = async () => (await authorise({ ...waiting, payment_method: asking })).id;
    const { confirm } = stripe.paymentIntents;
    const confirmed = async (said: object) => confirm.call(stripe.paymentIntents, await unconfirmed(), said);
    expect((await confirmed({})).status).toBe("requires_action");
    await expect(confirmed({ off_session: true })).rejects.toMatchObject(away);
    await expect(confirmed({ error_on_requires_action: true })).rejects.toMatchObject(away);
  },
);

provides(
  "Stripe.js asks the customer by itself, from the creation on",
  "Stripe API: Create a PaymentIntent",
  async ({ authorise }) => {
    const return_url = "https://shop.example/back";
    const given = { ...inSession, payment_method: asking, return_url };
    expect((await authorise(given)).next_action?.type).toBe("redirect_to_url");
    expect((await authorise({ ...given, use_stripe_sdk: true })).next_action?.type).toBe("use_stripe_sdk");
  },
);

provides(
  "A confirmation and a search show at once what they are asked to expand",
  "Stripe API: Expanding responses",
  async ({ stripe, authorise }, world) => {
    const { id: customer } = await stripe.customers.create({ name: "Ada" });
    const { id } = await authorise({ ...waiting, customer });
    const confirmed = await stripe.paymentIntents.confirm(id, { expand: ["latest_charge"] });
    expect(confirmed.latest_charge).toMatchObject({ object: "charge", payment_intent: id });
    await world.passSeconds(61);
    const query = `customer:"${customer}"`;
    const { data } = await stripe.paymentIntents.search({ query, expand: ["data.customer"] });
    expect(data).toMatchObject([{ id, customer: { object: "customer", name: "Ada" } }]);
  },
);

provides(
  "A refund can name the charge, and disputes are listed by it",
  "Stripe API: Create a refund",
  async ({ stripe, authorise }, world) => {
    const { id, latest_charge } = await authorise(atOnce);
    const charge = String(latest_charge);
    expect(await stripe.refunds.create({ charge, amount: 1 })).toMatchObject({ charge, payment_intent: id });
    await authorise({ ...atOnce, payment_method: "pm_card_createDispute" });
    await world.passSeconds(61);
    expect((await stripe.disputes.list()).data).toHaveLength(1);
    expect((await stripe.disputes.list({ charge })).data).toEqual([]);
  },
);

provides(
  "Payments are listed by their customer, and events by their type",
  "Stripe API: Pagination",
  async ({ stripe, authorise }) => {
    const { id: customer } = await stripe.customers.create({ name: "Ada" });
    const [own] = [await authorise({ customer }), await authorise()];
    const { data } = await stripe.paymentIntents.list({ customer });
    expect(data.map(({ id }) => id)).toEqual([own.id]);
    const type = "payment_intent.created";
    const created = (await stripe.events.list({ type })).data;
    expect(new Set(created.map((each) => each.type))).toEqual(new Set([type]));
  },
);

provides(
  "A customer has a description, and gets another address and telephone",
  "Stripe API: Customers",
  async ({ stripe }) => {
    const { id } = await stripe.customers.create({ description: "buys tea" });
    const changes = { email: "ada@example.com", phone: "+44 20 7946 0000" };
    await stripe.customers.update(id, changes);
    expect(await stripe.customers.retrieve(id)).toMatchObject({ description: "buys tea", ...changes });
  },
);
