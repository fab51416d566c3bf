// A customer whom the bank asks, after Stripe's documents.
import Stripe from "stripe";
import { expect } from "vitest";
import { behaviour, onAnEndpoint, type World } from "./behaviour.ts";
import { AMOUNT, atOnce, error, inSession, invalid, provides, send } from "./provider.ts";

onAnEndpoint();

const asking = "pm_card_authenticationRequired";
const RETURN_URL = "https://shop.example/back?order=7";

provides(
  "A card that asks waits for its owner, and takes the money when they say yes",
  "Stripe guide: 3D Secure",
  async ({ stripe, authorise }, { emulator }) => {
    for (const payment_method of [
      asking,
      "pm_card_threeDSecure2Required",
      "pm_card_authenticationRequiredOnSetup",
    ]) {
      const asked = await authorise({ ...inSession, payment_method });
      expect(asked).toMatchObject({
        status: "requires_action",
        amount_capturable: 0,
        latest_charge: null,
        client_secret: expect.stringMatching(new RegExp(`^${asked.id}_secret_\\w{20,}$`)),
        next_action: { type: "use_stripe_sdk" },
      });
      await expect(stripe.paymentIntents.capture(asked.id)).rejects.toMatchObject(invalid());
      emulator().payments.authenticate(asked.id, "succeeded");
      expect(await stripe.paymentIntents.retrieve(asked.id)).toMatchObject({
        status: "requires_capture",
        amount_capturable: AMOUNT,
        next_action: null,
      });
    }
    const { id } = await authorise({ ...inSession, ...atOnce, payment_method: asking });
    emulator().payments.authenticate(id, "succeeded");
    expect((await stripe.paymentIntents.retrieve(id)).amount_received).toBe(AMOUNT);
  },
);

provides(
  "A customer who fails the authentication can try another card",
  "Stripe guide: 3D Secure",
  async ({ stripe, authorise }, { emulator }) => {
    const { id } = await authorise({ ...inSession, payment_method: asking });
    emulator().payments.authenticate(id, "failed");
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: "requires_payment_method",
      payment_method: null,
      last_payment_error: { code: "payment_intent_authentication_failure" },
    });
    expect(() => emulator().payments.authenticate(id, "succeeded")).toThrow("requires_payment_method");
    const again = await stripe.paymentIntents.confirm(id, { payment_method: "pm_card_visa" });
    expect(again).toMatchObject({ status: "requires_capture", last_payment_error: null });
  },
);

provides(
  "Some cards ask, and are declined by the bank afterwards",
  "Stripe guide: Test cards",
  async ({ stripe, authorise }, { emulator }) => {
    const cards: [string, string][] = [
      ["pm_card_threeDSecureRequiredChargeDeclined", "generic_decline"],
      ["pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "insufficient_funds"],
    ];
    for (const [payment_method, decline_code] of cards) {
      const { id, status } = await authorise({ ...inSession, payment_method });
      expect(status).toBe("requires_action");
      emulator().payments.authenticate(id, "succeeded");
      expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
        status: "requires_payment_method",
        last_payment_error: { code: "card_declined", decline_code },
      });
    }
  },
);

provides(
  "A customer who is away has agreed before, or is a refusal",
  "Stripe guide: Test cards",
  async ({ authorise }) => {
    const wanted = error("card_error", 402, { code: "authentication_required" });
    await expect(authorise({ payment_method: asking })).rejects.toMatchObject(wanted);
    await expect(
      authorise({ ...inSession, error_on_requires_action: true, payment_method: asking }),
    ).rejects.toMatchObject(wanted);
    const agreed = "pm_card_authenticationRequiredSetupForOffSession";
    expect((await authorise({ payment_method: agreed })).status).toBe("requires_capture");
    expect((await authorise({ ...inSession, payment_method: agreed })).status).toBe("requires_action");
  },
);

provides(
  "Cards that could ask and need not are charged without a question",
  "Stripe guide: 3D Secure",
  async ({ authorise }) => {
    for (const payment_method of ["pm_card_threeDSecureOptional", "pm_card_amex_threeDSecureNotSupported"])
      expect((await authorise({ ...inSession, payment_method })).status).toBe("requires_capture");
  },
);

provides(
  "An intent that waits for its customer can be canceled",
  "Stripe API: Cancel a PaymentIntent",
  async ({ stripe, authorise }, { emulator }) => {
    const { id } = await authorise({ ...inSession, payment_method: asking });
    expect(await stripe.paymentIntents.cancel(id)).toMatchObject({ status: "canceled", next_action: null });
    expect(() => emulator().payments.authenticate(id, "succeeded")).toThrow("canceled");
  },
);

/** What a browser does with the page. */
async function answer(world: World, page: string, outcome: string): Promise<string> {
  const { origin, pathname, searchParams } = new URL(page);
  expect(origin).toBe(world.url);
  const shown = await send(world, "GET", pathname, Object.fromEntries(searchParams));
  expect([shown.status, shown.text]).toEqual([200, expect.stringContaining("€19.87")]);
  const [, client_secret = ""] = /name="client_secret" value="([^"]+)"/.exec(shown.text) ?? [];
  const answered = await send(world, "POST", pathname, { client_secret, outcome });
  expect(answered.status).toBe(303);
  return answered.headers.get("location") ?? "";
}

provides(
  "With a way back the customer is redirected to the bank, and comes back with the outcome",
  "Stripe guide: 3D Secure",
  async ({ stripe, authorise }, world) => {
    for (const [outcome, status] of [
      ["succeeded", "requires_capture"],
      ["failed", "requires_payment_method"],
    ] as const) {
      const given = { ...inSession, payment_method: asking, return_url: RETURN_URL };
      const redirecting = { ...given, automatic_payment_methods: { enabled: true } };
      const { client_secret, id, next_action } = await authorise(redirecting);
      expect(next_action).toMatchObject({
        type: "redirect_to_url",
        redirect_to_url: { return_url: RETURN_URL },
      });
      const back = new URL(await answer(world, next_action?.redirect_to_url?.url ?? "", outcome));
      expect([back.origin, back.pathname, Object.fromEntries(back.searchParams)]).toEqual([
        "https://shop.example",
        "/back",
        {
          order: "7",
          payment_intent: id,
          payment_intent_client_secret: client_secret,
          redirect_status: outcome,
        },
      ]);
      expect((await stripe.paymentIntents.retrieve(id)).status).toBe(status);
    }
  },
);

behaviour(
  "The page answers for nobody without the intent's client secret, and changes nothing a second time",
  "Stripe guide: 3D Secure",
  async (world) => {
    const { hostname, port } = new URL(world.url);
    const stripe = new Stripe("sk_test_local", { host: hostname, port, protocol: "http" });
    const { client_secret, id } = await stripe.paymentIntents.create({
      amount: AMOUNT,
      currency: "eur",
      confirm: true,
      capture_method: "manual",
      payment_method: asking,
      return_url: RETURN_URL,
    });
    const path = `/v1/authenticate/${id}`;
    for (const fields of [{}, { client_secret: `${id}_secret_x` }] as Record<string, string>[]) {
      expect((await send(world, "GET", path, fields)).status).toBe(404);
      expect((await send(world, "POST", path, { ...fields, outcome: "succeeded" })).status).toBe(404);
    }
    const secret = { client_secret: client_secret ?? "" };
    expect((await send(world, "POST", path, { ...secret, outcome: "perhaps" })).status).toBe(400);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe("requires_action");
    expect((await send(world, "POST", path, { ...secret, outcome: "failed" })).status).toBe(303);
    expect((await send(world, "POST", path, { ...secret, outcome: "succeeded" })).status).toBe(303);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe("requires_payment_method");
    const over = await send(world, "GET", path, secret);
    expect([over.text.includes("<form"), over.headers.get("cache-control")]).toEqual([false, "no-store"]);
  },
  { needs: "emulator" },
);
