// The behaviours of the provider's objects after Stripe's documents: updates, metadata, lists and searches.
import { expect } from "vitest";
import { onAnEndpoint } from "./behaviour.ts";
import { AMOUNT, atOnce, invalid, type Provider, provides, send, unexpected } from "./provider.ts";

onAnEndpoint();

const waiting = { confirm: undefined, off_session: undefined, payment_method: undefined };
const nowhere = { rawType: "invalid_request_error", statusCode: 404, code: "resource_missing" };

provides(
  "An intent that was not confirmed can be updated, and takes what it was updated to",
  "Stripe API: Update a PaymentIntent",
  async ({ stripe, authorise }) => {
    const { id, status } = await authorise(waiting);
    expect(status).toBe("requires_payment_method");
    const updated = await stripe.paymentIntents.update(id, {
      ...{ amount: 2001, currency: "usd", capture_method: "automatic", payment_method: "pm_card_visa" },
      ...{ description: "tea", receipt_email: "ada@example.com" },
    });
    expect(updated).toMatchObject({
      ...{ status: "requires_confirmation", amount: 2001, currency: "usd", description: "tea" },
      receipt_email: "ada@example.com",
    });
    expect(await stripe.paymentIntents.confirm(id)).toMatchObject({
      status: "succeeded",
      amount_received: 2001,
    });
  },
);

provides(
  "Once the bank was asked the amount stays, and what is said of it can change",
  "Stripe API: Update a PaymentIntent",
  async ({ stripe, authorise }) => {
    for (const { id } of [await authorise(), await authorise(atOnce)]) {
      for (const change of [
        { amount: 2001 },
        { currency: "usd" },
        { payment_method: "pm_card_visa" },
        { capture_method: "manual" as const },
      ])
        await expect(stripe.paymentIntents.update(id, change)).rejects.toMatchObject({
          ...unexpected,
          param: Object.keys(change)[0],
        });
      const said = { description: "tea", statement_descriptor_suffix: "TEA" };
      expect(await stripe.paymentIntents.update(id, said)).toMatchObject({ ...said, amount: AMOUNT });
      expect((await stripe.paymentIntents.update(id, { description: "" })).description).toBeNull();
    }
  },
);

provides(
  "An update is checked as a creation is",
  "Stripe API: Update a PaymentIntent",
  async ({ stripe, authorise }) => {
    const { id } = await authorise(waiting);
    for (const [change, param] of [
      [{ amount: 49 }, "amount"],
      [{ amount: -1 }, "amount"],
      [{ currency: "xxy" }, "currency"],
      [{ customer: "cus_nobody" }, "customer"],
      [{ payment_method: "pm_none" }, "payment_method"],
      [{ shipping: { name: "Ada", address: {} } }, "shipping"],
    ] as const)
      await expect(stripe.paymentIntents.update(id, change)).rejects.toMatchObject(invalid({ param }));
    await expect(stripe.paymentIntents.update("pi_none", {})).rejects.toMatchObject(nowhere);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ amount: AMOUNT, currency: "eur" });
  },
);

provides(
  "An updated amount is asked of the card, and a new card takes the place of a declined one",
  "Stripe API: Update a PaymentIntent",
  async ({ stripe, authorise }) => {
    const { id } = await authorise({ ...waiting, payment_method: "pm_card_chargeDeclined" });
    await expect(stripe.paymentIntents.confirm(id)).rejects.toMatchObject({ code: "card_declined" });
    await stripe.paymentIntents.update(id, { payment_method: "pm_card_visa", amount: 1001 });
    expect(await stripe.paymentIntents.confirm(id)).toMatchObject({ amount_capturable: 1001 });
  },
);

provides(
  "Metadata are merged key by key, and an empty value takes its key away",
  "Stripe API: Metadata",
  async ({ stripe, authorise }) => {
    const { id } = await authorise({ metadata: { a: "1", b: "2", none: "" } });
    const change = async (metadata: Record<string, string> | "") =>
      (await stripe.paymentIntents.update(id, { metadata })).metadata;
    expect((await stripe.paymentIntents.retrieve(id)).metadata).toEqual({ a: "1", b: "2" });
    expect(await change({ b: "3", c: "4" })).toEqual({ a: "1", b: "3", c: "4" });
    expect(await change({ a: "" })).toEqual({ b: "3", c: "4" });
    expect(await change("")).toEqual({});
    const { metadata } = await stripe.paymentIntents.capture(id, { metadata: { d: "5" } });
    expect(metadata).toEqual({ d: "5" });
  },
);

provides(
  "Fifty keys are the most, those that were there before counted",
  "Stripe API: Metadata",
  async ({ stripe, authorise }) => {
    const keys = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${from + n}`, "v"]));
    const { id } = await authorise({ metadata: keys(0, 49) });
    await stripe.paymentIntents.update(id, { metadata: keys(49, 1) });
    await expect(stripe.paymentIntents.update(id, { metadata: keys(50, 1) })).rejects.toMatchObject(
      invalid({ param: "metadata" }),
    );
    await stripe.paymentIntents.update(id, { metadata: { ...keys(50, 1), k0: "" } });
  },
);

provides(
  "A refund's metadata can change, its amount cannot",
  "Stripe API: Update a refund",
  async ({ stripe, authorise }, world) => {
    const { id } = await authorise(atOnce);
    const refund = await stripe.refunds.create({ payment_intent: id, amount: 100, metadata: { a: "1" } });
    const updated = await stripe.refunds.update(refund.id, { metadata: { b: "2" } });
    expect(updated).toMatchObject({ amount: 100, metadata: { a: "1", b: "2" } });
    const { body } = await send(world, "POST", `/v1/refunds/${refund.id}`, { amount: "200" });
    expect(body.error).toMatchObject({ code: "parameter_unknown", param: "amount" });
    await expect(stripe.refunds.update("re_none", {})).rejects.toMatchObject(nowhere);
  },
);

provides(
  "A customer is kept as given, and updated in what is given",
  "Stripe API: Customers",
  async ({ stripe }) => {
    const given = { name: "Ada", email: "ada@example.com", phone: "+43 1", metadata: { vip: "yes" } };
    const { id } = await stripe.customers.create(given);
    expect(await stripe.customers.retrieve(id)).toMatchObject({ ...given, description: null });
    const updated = await stripe.customers.update(id, { name: "", description: "tea", metadata: { a: "b" } });
    expect(updated).toMatchObject({
      ...given,
      name: null,
      description: "tea",
      metadata: { vip: "yes", a: "b" },
    });
    await expect(stripe.customers.update("cus_none", {})).rejects.toMatchObject(nowhere);
    await expect(stripe.customers.create({ balance: 5 })).rejects.toMatchObject(
      invalid({ param: "balance" }),
    );
  },
);

provides(
  "A customer that was deleted says so, and pays no more",
  "Stripe API: Customers",
  async ({ stripe, authorise }) => {
    const { id } = await stripe.customers.create({ name: "Ada" });
    const before = await authorise({ customer: id });
    expect(await stripe.customers.del(id)).toMatchObject({ id, deleted: true });
    expect(await stripe.customers.retrieve(id)).toEqual(
      expect.objectContaining({ id, object: "customer", deleted: true }),
    );
    await expect(authorise({ customer: id })).rejects.toMatchObject(
      invalid({ code: "resource_missing", param: "customer" }),
    );
    await expect(stripe.customers.del(id)).rejects.toMatchObject(nowhere);
    expect((await stripe.paymentIntents.retrieve(before.id)).customer).toBe(id);
  },
);

provides(
  "Customers are listed newest first, or by their address",
  "Stripe API: Customers",
  async ({ stripe }, world) => {
    const email = `${world.unique("ada")}@example.com`;
    const made = [await stripe.customers.create({ email }), await stripe.customers.create({ email })];
    await stripe.customers.create({ email: "other@example.com" });
    const listed = await stripe.customers.list({ email });
    expect(listed.data.map(({ id }) => id)).toEqual(made.map(({ id }) => id).toReversed());
    const page = await stripe.customers.list({ email, limit: 1 });
    expect([page.data.length, page.has_more]).toEqual([1, true]);
    expect((await stripe.customers.list({ email: email.toUpperCase() })).data).toEqual([]);
  },
);

provides(
  "A customer and a payment method are shown where they are asked for",
  "Stripe API: Expanding responses",
  async ({ stripe, authorise }) => {
    const { id: customer } = await stripe.customers.create({ name: "Ada" });
    const { id } = await authorise({ customer });
    const expand = ["customer", "payment_method", "latest_charge.customer"];
    expect(await stripe.paymentIntents.retrieve(id, { expand })).toMatchObject({
      customer: { id: customer, name: "Ada" },
      payment_method: { object: "payment_method", type: "card" },
      latest_charge: { customer: { id: customer } },
    });
  },
);

provides(
  "Charges are listed by their payment or customer",
  "Stripe API: Charges",
  async ({ stripe, authorise }) => {
    const { id: customer } = await stripe.customers.create({ name: "Ada" });
    const first = await authorise({ customer });
    const second = await authorise({ ...atOnce, customer });
    await authorise(waiting);
    await authorise();
    const ids = async (filter: object) =>
      (await stripe.charges.list(filter)).data.map((each) => each.payment_intent);
    expect(await ids({ customer })).toEqual([second.id, first.id]);
    expect(await ids({ payment_intent: first.id })).toEqual([first.id]);
  },
);

provides("A customer's payment methods are listed", "Stripe API: PaymentMethods", async ({ stripe }) => {
  const { id: customer } = await stripe.customers.create({ name: "Ada" });
  const { id } = await stripe.paymentMethods.create({ type: "card", card: { token: "tok_visa" } });
  await stripe.paymentMethods.attach(id, { customer });
  const listed = async () => (await stripe.paymentMethods.list({ customer, type: "card" })).data;
  expect((await listed()).map((each) => each.id)).toEqual([id]);
  await stripe.paymentMethods.detach(id);
  expect(await listed()).toEqual([]);
});

provides(
  "A search combines clauses by AND or by OR, and takes a clause back by a minus",
  "Stripe guide: Search",
  async ({ stripe, authorise }, world) => {
    const order = world.unique("order");
    const held = await authorise({ metadata: { order } });
    const taken = await authorise({ ...atOnce, amount: 5000, metadata: { order, kind: 'big "one"' } });
    await world.passSeconds(61);
    const ids = async (query: string) =>
      (await stripe.paymentIntents.search({ query })).data.map(({ id }) => id);
    const mine = `metadata["order"]:"${order}"`;
    expect(await ids(`${mine} AND status:"succeeded"`)).toEqual([taken.id]);
    expect(await ids(`${mine} -status:'succeeded'`)).toEqual([held.id]);
    expect(await ids(`${mine} and amount>=5000`)).toEqual([taken.id]);
    expect(await ids(`${mine} AND amount<5000 AND currency:"EUR"`)).toEqual([held.id]);
    expect(await ids(`${mine} AND amount:${AMOUNT}`)).toEqual([held.id]);
    expect(await ids(`${mine} AND created>${held.created + 3600}`)).toEqual([]);
    expect(await ids(`metadata['kind']:'big "one"' AND ${mine}`)).toEqual([taken.id]);
    expect(await ids(`${mine} AND metadata["kind"]:null`)).toEqual([held.id]);
    expect(await ids(`metadata["order"]:"none" OR ${mine}`)).toEqual([taken.id, held.id]);
  },
);

provides("A query that Stripe cannot read is refused", "Stripe API: Search", async ({ stripe }, world) => {
  for (const query of [
    "order",
    "amount",
    "amount>",
    "nonsense:'x'",
    "metadata:'x'",
    "status~'succ'",
    "status>'a'",
    "amount:'many'",
    "status:'a' AND",
    "status:'a' AND status:'b' OR status:'c'",
    "status:'a' status:'b' OR status:'c'",
    Array.from({ length: 11 }, () => "amount>1").join(" AND "),
  ])
    await expect(stripe.paymentIntents.search({ query }), query).rejects.toMatchObject(
      invalid({ param: "query" }),
    );
  const { body } = await send(world, "GET", "/v1/payment_intents/search");
  expect(body.error).toMatchObject({ code: "parameter_missing", param: "query" });
});

provides(
  "A list goes one way at a time, between one and a hundred at once",
  "Stripe API: Pagination",
  async ({ stripe, authorise }) => {
    const { id } = await authorise();
    const list = (filter: object) => stripe.paymentIntents.list(filter);
    await expect(list({ starting_after: id, ending_before: id })).rejects.toMatchObject(invalid());
    for (const limit of [0, 101, -1])
      await expect(list({ limit })).rejects.toMatchObject(invalid({ param: "limit" }));
    await expect(list({ starting_after: "pi_none" })).rejects.toMatchObject(
      invalid({ code: "resource_missing", param: "starting_after" }),
    );
    await authorise();
    const [latest] = (await list({ limit: 1 })).data;
    const newer = await list({ ending_before: id });
    expect([newer.data.map((each) => each.id), newer.has_more]).toEqual([[latest?.id], false]);
  },
);

provides(
  "An intent is shown with its client secret, and not with another's",
  "Stripe API: Retrieve a PaymentIntent",
  async ({ stripe, authorise }) => {
    const [one, other] = [await authorise(), await authorise()];
    const ask = (client_secret: string | null) =>
      stripe.paymentIntents.retrieve(one.id, { client_secret: client_secret ?? "" });
    expect((await ask(one.client_secret)).id).toBe(one.id);
    await expect(ask(other.client_secret)).rejects.toMatchObject(invalid({ param: "client_secret" }));
  },
);

provides(
  "A confirmation may say where the receipt goes, and how the money is taken",
  "Stripe API: Confirm a PaymentIntent",
  async ({ stripe, authorise }) => {
    const { id } = await authorise({ ...waiting, payment_method: "pm_card_visa" });
    const given = { receipt_email: "ada@example.com", capture_method: "automatic" as const };
    expect(await stripe.paymentIntents.confirm(id, given)).toMatchObject({ status: "succeeded", ...given });
  },
);

provides(
  "A card's refusal names its charge, and an error of a code the page about it",
  "Stripe API: Errors",
  async ({ stripe, authorise }) => {
    const refused = await authorise({ payment_method: "pm_card_chargeDeclined" }).catch((thrown) => thrown);
    const { payment_intent } = refused;
    expect(refused.charge).toBe(payment_intent.latest_charge);
    expect((await stripe.charges.retrieve(refused.charge)).failure_code).toBe("card_declined");
    expect(refused.doc_url).toMatch(/error-codes\/card-declined$/);
  },
);

provides(
  "An answer has its request's id, the version and the key",
  "Stripe API: Request IDs",
  async (_, world) => {
    const key = world.unique("key");
    const fields = { amount: "1987", currency: "eur" };
    const ask = () => send(world, "POST", "/v1/payment_intents", fields, { "idempotency-key": key });
    const [first, second] = [await ask(), await ask()];
    for (const { headers } of [first, second]) {
      expect(headers.get("request-id")).toMatch(/^req_/);
      expect(headers.get("stripe-version")).toBe("2026-10-28.endive");
      expect(headers.get("idempotency-key")).toBe(key);
    }
    expect(first.headers.get("request-id")).not.toBe(second.headers.get("request-id"));
    expect([first, second].map(({ headers }) => headers.get("idempotent-replayed"))).toEqual([null, "true"]);
  },
);

provides(
  "A body that is no form, and another account's request, are refused",
  "Stripe API: Authentication",
  async (_, world) => {
    const fields = { amount: "1987", currency: "eur" };
    const others: Record<string, string>[] = [
      { "content-type": "application/json" },
      { "stripe-account": "acct_1" },
    ];
    for (const headers of others) {
      const { body, status } = await send(world, "POST", "/v1/payment_intents", fields, headers);
      expect([status, body.error.type]).toEqual([400, "invalid_request_error"]);
    }
  },
);

provides("Metadata that are no object are refused", "Stripe API: Metadata", async (_, world) => {
  for (const fields of [{ metadata: "x" }, { "metadata[a][b]": "x" }]) {
    const given = { amount: "1987", currency: "eur", ...fields };
    const { body, status } = await send(world, "POST", "/v1/payment_intents", given);
    expect([status, body.error.param]).toEqual([400, "metadata"]);
  }
});

/** Every list has a few of its own, newest first. */
async function listsOf({ stripe, authorise }: Provider) {
  const { id: customer } = await stripe.customers.create({ email: "ada@example.com" });
  for (let n = 0; n < 3; n++) {
    await stripe.customers.create({ email: "ada@example.com" });
    const { id } = await stripe.paymentMethods.create({ type: "card", card: { token: "tok_visa" } });
    await stripe.paymentMethods.attach(id, { customer });
    const { id: payment_intent } = await authorise({ ...atOnce, customer });
    await stripe.refunds.create({ payment_intent, amount: 5 });
    await authorise({ ...atOnce, customer, payment_method: "pm_card_createDispute" });
  }
  return ["payment_intents", "refunds", "disputes", "charges", "events", "customers", "payment_methods"];
}

provides(
  "Every list is read in pages, forwards and backwards",
  "Stripe API: Pagination",
  async (provider, world) => {
    const lists = await listsOf(provider);
    await world.passSeconds(120);
    for (const name of lists) {
      const list = async (fields: Record<string, string>) => {
        const { body } = await send(world, "GET", `/v1/${name}`, fields);
        return { ids: (body.data as { id: string }[]).map(({ id }) => id), more: body.has_more as boolean };
      };
      const all = (await list({ limit: "100" })).ids;
      expect([name, all.length >= 3, new Set(all).size]).toEqual([name, true, all.length]);
      expect([name, await list({ limit: "2" })]).toEqual([
        name,
        { ids: all.slice(0, 2), more: all.length > 2 },
      ]);
      const after = await list({ limit: "1", starting_after: all[0] ?? "" });
      expect([name, after.ids]).toEqual([name, [all[1]]]);
      const before = await list({ limit: "1", ending_before: all[2] ?? "" });
      expect([name, before]).toEqual([name, { ids: [all[1]], more: true }]);
      const { body } = await send(world, "GET", `/v1/${name}`, { starting_after: "none" });
      expect([name, body.error.param]).toEqual([name, "starting_after"]);
    }
  },
);

provides(
  "Every list but that of methods is limited to a time",
  "Stripe API: Pagination",
  async (provider, world) => {
    const lists = await listsOf(provider);
    await world.passSeconds(120);
    for (const name of lists.filter((each) => each !== "payment_methods")) {
      const count = async (fields: Record<string, string>) =>
        (await send(world, "GET", `/v1/${name}`, { limit: "100", ...fields })).body.data.length;
      const future = String(Math.floor(Date.now() / 1000) + 1000);
      expect([name, await count({ "created[gt]": future }), await count({ created: future })]).toEqual([
        name,
        0,
        0,
      ]);
      expect([name, await count({ "created[lte]": future })]).toEqual([name, await count({})]);
    }
  },
);

provides(
  "What cannot be expanded is refused, whatever is asked for",
  "Stripe API: Expanding responses",
  async (provider, world) => {
    const { stripe, authorise } = provider;
    const lists = await listsOf(provider);
    await world.passSeconds(120);
    const latest = async (name: string) =>
      (await send(world, "GET", `/v1/${name}`)).body.data[0].id as string;
    const held = async () => (await authorise()).id;
    const method = async () =>
      (await stripe.paymentMethods.create({ type: "card", card: { token: "tok_visa" } })).id;
    const { id: customer } = await stripe.customers.create({});
    const asks: [method: string, path: string, fields?: Record<string, string>][] = [
      ...(await Promise.all(
        lists.map(async (name): Promise<[string, string]> => ["GET", `${name}/${await latest(name)}`]),
      )),
      ["POST", "payment_intents", { amount: "1987", currency: "eur" }],
      ["POST", `payment_intents/${await held()}`],
      ["POST", `payment_intents/${await held()}/capture`],
      ["POST", `payment_intents/${await held()}/cancel`],
      ["POST", "refunds", { payment_intent: (await authorise(atOnce)).id }],
      ["POST", `refunds/${await latest("refunds")}`],
      ["POST", `disputes/${await latest("disputes")}`],
      ["POST", `disputes/${await latest("disputes")}/close`],
      ["POST", "customers"],
      ["POST", `customers/${customer}`],
      ["POST", "payment_methods", { type: "card", "card[token]": "tok_visa" }],
      ["POST", `payment_methods/${await method()}/attach`, { customer }],
      ["POST", `payment_methods/${await method()}/detach`],
    ];
    for (const [way, path, fields = {}] of asks) {
      const { body, status } = await send(world, way, `/v1/${path}`, { ...fields, "expand[0]": "nonsense" });
      expect([way, path, status, body.error?.param]).toEqual([way, path, 400, "expand"]);
    }
    for (const name of lists) {
      const { body } = await send(world, "GET", `/v1/${name}`, { "expand[0]": "data.nonsense" });
      expect([name, body.error?.param]).toEqual([name, "expand"]);
    }
  },
);

provides(
  "Stripe.js asks the customer by itself where it is told to",
  "Stripe API: Confirm a PaymentIntent",
  async ({ stripe, authorise }) => {
    const asking = { ...waiting, payment_method: "pm_card_threeDSecureRequired" };
    const { id } = await authorise(asking);
    const return_url = "https://shop.example/back";
    const confirmed = await stripe.paymentIntents.confirm(id, { return_url, use_stripe_sdk: true });
    expect(confirmed.next_action?.type).toBe("use_stripe_sdk");
    const { id: second } = await authorise(asking);
    const redirected = await stripe.paymentIntents.confirm(second, { return_url });
    expect(redirected.next_action).toMatchObject({
      type: "redirect_to_url",
      redirect_to_url: { return_url },
    });
  },
);
