// What the payment provider refuses before it does anything, after Stripe's documents.
import Stripe from "stripe";
import { describe, expect, test } from "vitest";
import { shapes } from "../../src/payments/parameters.ts";
import { unservedRoutes } from "../../src/payments/unserved-routes.ts";
import { onAnEndpoint } from "./behaviour.ts";
import { error, invalid, provides, send } from "./provider.ts";

onAnEndpoint();

const PATH = "/v1/payment_intents";
const good = { amount: "1987", currency: "eur" };
const tooMany = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`metadata[k${n}]`, "v"]));

const refused: [what: string, fields: Record<string, string>, error: object][] = [
  ["unknown", { nonsense: "1" }, { code: "parameter_unknown", param: "nonsense" }],
  ["unknown inside", { "metadata_[a]": "1" }, { code: "parameter_unknown" }],
  ["too deep", { "amount[a]": "1" }, { code: "parameter_unknown" }],
  ["empty", { description: "" }, { code: "parameter_invalid_empty", param: "description" }],
  ["no integer", { amount: "12.5" }, { code: "parameter_invalid_integer", param: "amount" }],
  ["zero", { amount: "0" }, { code: "parameter_invalid_integer", param: "amount" }],
  ["below zero", { amount: "-100" }, { code: "parameter_invalid_integer", param: "amount" }],
  ["too little", { amount: "49" }, { code: "amount_too_small", param: "amount" }],
  ["too little in forint", { amount: "17499", currency: "huf" }, { code: "amount_too_small" }],
  ["too much", { amount: "100000000" }, { code: "amount_too_large", param: "amount" }],
  ["no currency", { currency: "xxy" }, { param: "currency" }],
  ["a currency of five letters", { currency: "euros" }, { param: "currency" }],
  ["thousandths of a dinar", { amount: "1985", currency: "kwd" }, { code: "invalid_charge_amount" }],
  ["hundredths of a króna", { amount: "198050", currency: "isk" }, { code: "invalid_charge_amount" }],
  ["hundredths of a shilling", { amount: "198001", currency: "ugx" }, { code: "invalid_charge_amount" }],
  ["no way to capture", { capture_method: "later" }, { param: "capture_method" }],
  ["no boolean", { confirm: "maybe" }, { param: "confirm" }],
  ["no customer", { customer: "cus_nobody" }, { code: "resource_missing", param: "customer" }],
  ["no payment method", { payment_method: "pm_none" }, { code: "resource_missing", param: "payment_method" }],
  ["away without a confirmation", { off_session: "true" }, { param: "off_session" }],
  ["a way back without a confirmation", { return_url: "https://a.example" }, { param: "return_url" }],
  ...["not a url", "http://[", "javascript:alert(1)", "data:text/html,x"].map(
    (return_url): [string, Record<string, string>, object] => [
      `a way back to ${return_url}`,
      { confirm: "true", payment_method: "pm_card_visa", return_url },
      { code: "url_invalid", param: "return_url" },
    ],
  ),
  [
    "a confirmation without a way back",
    { confirm: "true", payment_method: "pm_card_visa" },
    { param: "return_url" },
  ],
  ["another account", { "transfer_data[destination]": "acct_1" }, { param: "transfer_data" }],
  ["too many keys of metadata", tooMany, { param: "metadata" }],
  ["too long a key of metadata", { [`metadata[${"k".repeat(41)}]`]: "v" }, {}],
  ["too long a value of metadata", { "metadata[k]": "v".repeat(501) }, { param: "metadata[k]" }],
];

provides(
  "A parameter that cannot be is refused by its name, and nothing is made",
  "Stripe API: Errors",
  async ({ stripe }, world) => {
    for (const [what, fields, wanted] of refused) {
      const { body, status } = await send(world, "POST", PATH, { ...good, ...fields });
      const type = "invalid_request_error";
      expect([what, status, body.error]).toEqual([what, 400, expect.objectContaining({ type, ...wanted })]);
    }
    for (const name of ["amount", "currency"]) {
      const { [name as keyof typeof good]: _, ...rest } = good;
      const { body } = await send(world, "POST", PATH, rest as Record<string, string>);
      expect(body.error).toMatchObject({ code: "parameter_missing", param: name });
    }
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
  },
);

provides(
  "What Stripe takes at its limits is taken",
  "Stripe API: Create a PaymentIntent",
  async (_, world) => {
    const metadata = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [
        `metadata[${"k".repeat(38)}${n}]`.replace(/k(\d\d)/, "$1"),
        "v".repeat(500),
      ]),
    );
    const taken: Record<string, string>[] = [
      { amount: "50" },
      { amount: "99999999" },
      { amount: "1980", currency: "kwd" },
      { amount: "198000", currency: "isk" },
      { amount: "17500", currency: "huf" },
      { currency: "EUR" },
      { "metadata[k]": "v".repeat(500) },
      metadata,
    ];
    for (const fields of taken) {
      const { body, status } = await send(world, "POST", PATH, { ...good, ...fields });
      expect([fields, status, body.status]).toEqual([fields, 200, "requires_payment_method"]);
    }
  },
);

provides(
  "A reason must be one of Stripe's, to cancel as to refund",
  "Stripe API: Cancel a PaymentIntent",
  async ({ authorise }, world) => {
    const { id } = await authorise();
    const cancelled = await send(world, "POST", `${PATH}/${id}/cancel`, { cancellation_reason: "bored" });
    expect(cancelled.body.error).toMatchObject({ param: "cancellation_reason" });
    const fields = { payment_intent: id, reason: "expired" };
    expect((await send(world, "POST", "/v1/refunds", fields)).body.error).toMatchObject({ param: "reason" });
    expect((await send(world, "POST", "/v1/refunds", { amount: "1" })).body.error).toMatchObject({
      code: "parameter_missing",
    });
  },
);

provides(
  "Less than one is no amount, to capture as to refund",
  "Stripe API: Capture a PaymentIntent",
  async ({ stripe, authorise }) => {
    const wanted = invalid({ code: "parameter_invalid_integer" });
    const { id } = await authorise();
    for (const amount_to_capture of [0, -5])
      await expect(stripe.paymentIntents.capture(id, { amount_to_capture })).rejects.toMatchObject(wanted);
    await stripe.paymentIntents.capture(id);
    for (const amount of [0, -100])
      await expect(stripe.refunds.create({ payment_intent: id, amount })).rejects.toMatchObject(wanted);
    expect(await stripe.refunds.create({ payment_intent: id })).toMatchObject({ amount: 1987 });
  },
);

provides(
  "A key of more than 255 characters is refused",
  "Stripe API: Idempotent requests",
  async ({ authorise }) => {
    await expect(authorise({}, { idempotencyKey: "k".repeat(256) })).rejects.toMatchObject(invalid());
    expect((await authorise({}, { idempotencyKey: "k".repeat(255) })).status).toBe("requires_capture");
  },
);

provides(
  "What was carried out is answered again under its key, a refusal too",
  "Stripe API: Idempotent requests",
  async ({ stripe, authorise }, world) => {
    const { id } = await authorise();
    const options = { idempotencyKey: world.unique("key") };
    await expect(stripe.refunds.create({ payment_intent: id }, options)).rejects.toMatchObject(invalid());
    await stripe.paymentIntents.capture(id);
    await expect(stripe.refunds.create({ payment_intent: id }, options)).rejects.toMatchObject(invalid());
    expect((await stripe.refunds.create({ payment_intent: id })).amount).toBe(1987);
  },
);

provides(
  "Every route of Stripe's that has nothing behind it here is refused by its name",
  "Stripe API: Errors",
  async (_, world) => {
    for (const route of unservedRoutes) {
      const [method = "", path = ""] = route.split(" ");
      const { body, status } = await send(world, method, `/v1/${path.replaceAll(/\bid\b/g, "any_1")}`);
      expect([route, status, body.error?.type]).toEqual([route, 400, "invalid_request_error"]);
      expect(body.error.message).toContain("not served by the laptop's provider");
    }
  },
);

provides(
  "Every parameter of Stripe's that has nothing behind it here is refused by its name",
  "Stripe API: Errors",
  async (_, world) => {
    for (const [route, { unserved = [] }] of Object.entries(shapes)) {
      const [method = "", path = ""] = route.split(" ");
      for (const param of unserved) {
        const { body, status } = await send(world, method, `/v1/${path.replace("/id", "/any_1")}`, {
          [param]: "x",
        });
        expect([route, param, status, body.error?.param]).toEqual([route, param, 400, param]);
      }
    }
  },
);

describe("with a key of its own", () => {
  test("any other is refused, however it is sent", async () => {
    const { startAwsEndpoint } = await import("../../src/endpoint.ts");
    const stripeApiKey = "sk_test_the_shops";
    const endpoint = await startAwsEndpoint({ port: 0, directory: undefined, stripeApiKey });
    const clientWith = (key: string) =>
      new Stripe(key, { host: "127.0.0.1", port: endpoint.port, protocol: "http", maxNetworkRetries: 0 });
    await expect(clientWith("sk_test_other").paymentIntents.list()).rejects.toMatchObject(
      error("invalid_request_error", 401),
    );
    expect((await clientWith(stripeApiKey).paymentIntents.list()).data).toEqual([]);
    const basic = (key: string) =>
      fetch(`${endpoint.url}/v1/payment_intents`, {
        headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` },
      });
    expect((await basic(stripeApiKey)).status).toBe(200);
    expect((await basic("sk_test_other")).status).toBe(401);
    expect(await (await basic("")).text()).toContain("You did not provide an API key.");
    const bearer = { authorization: `bearer ${stripeApiKey}` };
    expect((await fetch(`${endpoint.url}/v1/payment_intents`, { headers: bearer })).status).toBe(200);
    await endpoint.stop();
  });
});
