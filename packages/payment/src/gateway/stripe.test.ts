// Stripe's gateway passes the shared suite, over HTTP and without it, and meets every fault of the provider.
import { inspect } from "node:util";
import { type PaymentFault, startAwsEndpoint } from "@order-saga/emulator";
import { testNow } from "@order-saga/messaging/testing";
import type { Transport } from "@order-saga/messaging/transport";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type PaymentGateway, ProviderUnavailable } from "../ports.ts";
import { reasonOf } from "./decline-reasons.ts";
import {
  AMOUNT,
  aCharge,
  booksOf,
  captured,
  gatewaySuite,
  held,
  nothing,
  type ProviderFault,
  refunded,
  voided,
} from "./gateway.suite.ts";
import { overHttp } from "./over-http.ts";
import { createReconciliation, createStripeGateway } from "./stripe.ts";
import { createStripeClient, type StripeClient, StripeError } from "./stripe-client.ts";
import {
  CAPTURE_FAILS_CODE,
  declinedCards,
  methods,
  UNKNOWN_CARD,
  withStanding,
} from "./stripe-test-cards.ts";

const hour = 3600_000;
const since = new Date(testNow).toISOString();
const clock = { now: testNow };
let aws: Awaited<ReturnType<typeof startAwsEndpoint>>;
let gateway: PaymentGateway;
/** What the provider is in, at every request or at some. */
let trouble: (PaymentFault & { at?: RegExp; times?: number }) | undefined;
/** Of every request that changes something. */
const keys: (string | undefined)[] = [];

beforeAll(async () => {
  aws = await startAwsEndpoint({
    port: 0,
    directory: undefined,
    now: () => clock.now,
    faults: {
      payment({ idempotencyKey, method, path }) {
        if (method === "POST") keys.push(idempotencyKey);
        if (!trouble || trouble.at?.test(path) === false) return undefined;
        const { times = Number.POSITIVE_INFINITY } = trouble;
        if (times === 0) return undefined;
        trouble.times = times - 1;
        return trouble;
      },
    },
  });
  gateway = gatewayOver();
});

/** The next request has no key of the shop, or meets the trouble, as often as its transport sends it. */
let isKeyless = false;
let isTroubleOfNext = false;

/** Without a transport it is the client's own, over HTTP. */
function gatewayOver(transport: Transport = overHttp(aws.url)): PaymentGateway {
  const keyed: Transport = (request) => {
    const { authorization, ...others } = request.headers;
    const headers = isKeyless ? others : request.headers;
    isKeyless = false;
    return transport({ ...request, headers }).finally(() => {
      if (isTroubleOfNext) trouble = undefined;
      isTroubleOfNext = false;
    });
  };
  return createStripeGateway(createStripeClient("sk_test_x", aws.url, keyed), { now: () => clock.now });
}

function later(): void {
  clock.now += hour / 10;
}

const modes = {
  "answer-lost": "timeout-after-effect",
  throttled: "rate-limited",
  unreached: "down",
} as const;

function failNext(fault: ProviderFault): void {
  isKeyless = fault === "shop-refused";
  isTroubleOfNext = !isKeyless;
  trouble = fault === "shop-refused" ? undefined : { mode: modes[fault] };
}

afterEach(() => {
  trouble = undefined;
  clock.now = testNow;
});

afterAll(() => aws.stop());

const intentsOf = (orderId: string) =>
  aws.payments.intents().filter((intent) => intent.metadata.orderId === orderId);

const booksIn = (orderId: string) =>
  booksOf(withStanding(intentsOf(orderId)).map((each) => ({ ...each, refunded: each.amountRefunded })));

let count = 0;
const newOrderId = () => `ord_${"f".repeat(24)}${String(++count).padStart(8, "0")}`;

async function authorized(orderId: string, paymentMethod = "pm_card_visa") {
  const answer = await gateway.authorize(orderId, aCharge(paymentMethod), since);
  return answer.kind === "authorized" ? answer.intentId : expect.unreachable("the card was declined");
}

const whole = { id: "cancellation-1", amount: AMOUNT, at: since, currency: "EUR" };

async function thrownBy(ask: () => Promise<unknown>): Promise<Error> {
  try {
    await ask();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return expect.unreachable("nothing was thrown");
}

const faults = [
  { mode: "down", takesEffect: false },
  { mode: "timeout-before-effect", takesEffect: false },
  { mode: "timeout-after-effect", takesEffect: true },
  { mode: "server-error", takesEffect: false },
  { mode: "rate-limited", takesEffect: false },
  { mode: "key-in-use", takesEffect: false },
] as const;

/** Each call, from where it starts to where its one effect leads. */
const calls = [
  {
    name: "authorize",
    before: nothing,
    after: held,
    prepare: async (orderId: string) => () => gateway.authorize(orderId, aCharge("pm_card_visa"), since),
  },
  {
    name: "capture",
    before: held,
    after: captured,
    prepare: async (orderId: string) => {
      const intentId = await authorized(orderId);
      return () => gateway.capture(orderId, intentId);
    },
  },
  {
    name: "capture refused",
    before: held,
    after: voided,
    prepare: async (orderId: string) => {
      const intentId = await authorized(orderId, "pm_card_captureFails");
      return () => gateway.capture(orderId, intentId);
    },
  },
  {
    name: "void",
    before: held,
    after: voided,
    prepare: async (orderId: string) => {
      const intentId = await authorized(orderId);
      return () => gateway.void(orderId, intentId);
    },
  },
  {
    name: "refund",
    before: captured,
    after: refunded,
    prepare: async (orderId: string) => {
      const intentId = await authorized(orderId);
      await gateway.capture(orderId, intentId);
      return () => gateway.refund(orderId, intentId, whole);
    },
  },
];

describe.each<[string, () => Transport | undefined]>([
  ["without a socket", () => (request) => aws.payments.answer(request)],
  ["over HTTP", () => undefined],
])("%s", (_, transport) => {
  beforeAll(() => {
    gateway = gatewayOver(transport());
  });

  gatewaySuite(() => ({ gateway, methods, unknownIntent: "pi_none", booksOf: booksIn, failNext, later }));

  test.each([...Object.entries(declinedCards), ["pm_card_unknown", UNKNOWN_CARD]] as [string, string][])(
    "%s is declined with Stripe's code %s, and holds nothing",
    async (paymentMethod, code) => {
      const orderId = newOrderId();
      const answer = await gateway.authorize(orderId, aCharge(paymentMethod), since);
      expect(answer).toMatchObject({ kind: "declined", code, reason: reasonOf(code, code !== UNKNOWN_CARD) });
      expect(booksIn(orderId)).toEqual(nothing);
    },
  );

  test("an authorisation is known by Stripe's id of its payment intent", async () => {
    expect(await authorized(newOrderId())).toMatch(/^pi_/);
  });

  test.each(faults)(
    "$mode: no outcome is claimed, no key or card repeated, and asking again gives the one effect",
    async (fault) => {
      const asked = await Promise.all(
        calls.map(async (call) => {
          const orderId = newOrderId();
          return { ...call, orderId, ask: await call.prepare(orderId) };
        }),
      );
      for (const { orderId, before } of asked) expect(booksIn(orderId)).toEqual(before);
      trouble = { mode: fault.mode };
      const errors = await Promise.all(asked.map(({ ask }) => thrownBy(ask)));
      for (const error of errors) {
        expect(error).toBeInstanceOf(ProviderUnavailable);
        expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/sk_test|pm_card/);
      }
      for (const { name, orderId, before, after } of asked) {
        // A refused capture has no effect until its hold is given up, and that fails too.
        const isEffective = fault.takesEffect && name !== "capture refused";
        expect(booksIn(orderId), name).toEqual(isEffective ? after : before);
      }
      trouble = undefined;
      for (const { ask } of asked) await ask();
      for (const { name, orderId, after } of asked) expect(booksIn(orderId), name).toEqual(after);
    },
  );
});

test.each([
  ["ISK", 5003, 500_300],
  ["MGA", 150_100, 1501],
  ["HUF", 150_001, 150_001],
  ["KWD", 1990, 1990],
])("%s: %i minor units by ISO 4217 are asked for as the provider's %i", async (currency, amount, asked) => {
  const orderId = newOrderId();
  await gateway.authorize(orderId, { ...aCharge("pm_card_visa"), currency, amount }, since);
  expect(intentsOf(orderId)).toMatchObject([{ amount: asked, currency: currency.toLowerCase() }]);
});

test("a capture refused whose hold could not be given up at once is given up when asked again", async () => {
  const orderId = newOrderId();
  const intentId = await authorized(orderId, "pm_card_captureFails");
  trouble = { mode: "server-error", at: /cancel$/ };
  await expect(gateway.capture(orderId, intentId)).rejects.toThrow(ProviderUnavailable);
  expect(booksIn(orderId)).toEqual(held);
  trouble = undefined;
  const code = CAPTURE_FAILS_CODE;
  expect(await gateway.capture(orderId, intentId)).toMatchObject({ kind: "capture-failed", code });
  expect(booksIn(orderId)).toEqual(voided);
});

test("a day later the key is forgotten, and the order's own intent is found instead of a second", async () => {
  const orderId = newOrderId();
  const intentId = await authorized(orderId);
  clock.now = testNow + 25 * hour;
  const again = await gateway.authorize(orderId, aCharge("pm_card_visa"), since);
  expect(again).toEqual({ kind: "authorized", intentId });
  expect(booksIn(orderId)).toEqual(held);
});

test("a day later a gateway that trusted the key would hold the money twice: the look-up is not for nothing", async () => {
  const orderId = newOrderId();
  await authorized(orderId);
  clock.now = testNow + 25 * hour;
  const lately = new Date(clock.now).toISOString();
  await gateway.authorize(orderId, aCharge("pm_card_visa"), lately);
  expect(booksIn(orderId)).toMatchObject({ authorizations: 2 });
});

test("a day later, with nothing to be found, the card is authorised once", async () => {
  const orderId = newOrderId();
  clock.now = testNow + 25 * hour;
  for (let time = 1; time <= 2; time++) await gateway.authorize(orderId, aCharge("pm_card_visa"), since);
  expect(booksIn(orderId)).toEqual(held);
});

test("a day later a declined attempt is no authorisation: the card is asked anew", async () => {
  const orderId = newOrderId();
  const card = aCharge("pm_card_visa_chargeDeclinedInsufficientFunds");
  await gateway.authorize(orderId, card, since);
  clock.now = testNow + 25 * hour;
  expect(await gateway.authorize(orderId, card, since)).toMatchObject({
    kind: "declined",
    code: "insufficient_funds",
    reason: "insufficient_funds",
  });
  expect(booksIn(orderId)).toEqual(nothing);
});

test("a look-up without an answer begins no second authorisation", async () => {
  const orderId = newOrderId();
  const intentId = await authorized(orderId);
  clock.now = testNow + 25 * hour;
  trouble = { mode: "server-error", at: /search$/ };
  const ask = () => gateway.authorize(orderId, aCharge("pm_card_visa"), since);
  await expect(ask()).rejects.toThrow(ProviderUnavailable);
  expect(booksIn(orderId)).toEqual(held);
  trouble = undefined;
  expect(await ask()).toEqual({ kind: "authorized", intentId });
});

test.each([
  ["capture", async (id: string, intentId: string) => gateway.capture(id, intentId), captured],
  ["void", async (id: string, intentId: string) => gateway.void(id, intentId), voided],
] as const)("a day later a second %s is still the first", async (_, act, after) => {
  const orderId = newOrderId();
  const intentId = await authorized(orderId);
  const first = await act(orderId, intentId);
  clock.now = testNow + 25 * hour;
  expect(await act(orderId, intentId)).toEqual(first);
  expect(booksIn(orderId)).toEqual(after);
});

test("a day later a second refund gives nothing more back", async () => {
  const orderId = newOrderId();
  const intentId = await authorized(orderId);
  await gateway.capture(orderId, intentId);
  await gateway.refund(orderId, intentId, whole);
  clock.now = testNow + 25 * hour;
  expect(await gateway.refund(orderId, intentId, whole)).toMatchObject({ status: "SUCCEEDED" });
  expect(booksIn(orderId)).toEqual(refunded);
});

test("every call has a key made of the order and what is asked, never a fresh one", async () => {
  const orderId = newOrderId();
  const cancelledId = newOrderId();
  const intentId = await authorized(orderId);
  const cancelledIntentId = await authorized(cancelledId);
  keys.length = 0;
  for (let time = 1; time <= 2; time++) {
    await gateway.authorize(orderId, aCharge("pm_card_visa"), since);
    await gateway.capture(orderId, intentId);
    await gateway.refund(orderId, intentId, whole);
    await gateway.void(cancelledId, cancelledIntentId);
  }
  const expected = [
    `${orderId}:authorize`,
    `${orderId}:capture`,
    `${orderId}:refund:cancellation-1`,
    `${cancelledId}:void`,
  ];
  expect(keys).toEqual([...expected, ...expected]);
});

test("a request that Stripe could not lock is no refusal", async () => {
  const error = new StripeError(409, { type: "invalid_request_error", code: "lock_timeout" });
  const create = () => Promise.reject(error);
  const locked = createStripeGateway({ paymentIntents: { create } } as unknown as StripeClient, {
    now: () => clock.now,
  });
  const thrown = await thrownBy(() => locked.authorize(newOrderId(), aCharge("pm_card_visa"), since));
  expect(thrown).toEqual(
    new ProviderUnavailable("Stripe gave no outcome: invalid_request_error lock_timeout"),
  );
});

test("a refusal that another copy of the client threw is a refusal", async () => {
  const refused = Object.assign(new Error("Stripe answered 402"), {
    name: "StripeError",
    statusCode: 402,
    rawType: "card_error",
    decline_code: "insufficient_funds",
  });
  const paymentIntents = { create: () => Promise.reject(refused) };
  const other = createStripeGateway({ paymentIntents } as unknown as StripeClient, { now: () => clock.now });
  expect(await other.authorize(newOrderId(), aCharge("pm_card_visa"), since)).toMatchObject({
    kind: "declined",
    code: "insufficient_funds",
    reason: "insufficient_funds",
  });
});

test("a wrong address of the API is no refusal of the card", async () => {
  const error = new StripeError(404, { type: "invalid_request_error" });
  const create = () => Promise.reject(error);
  const lost = createStripeGateway({ paymentIntents: { create } } as unknown as StripeClient, {
    now: () => clock.now,
  });
  await expect(lost.authorize(newOrderId(), aCharge("pm_card_visa"), since)).rejects.toThrow(
    ProviderUnavailable,
  );
});

test("a capture refused while the intent is neither taken nor given up is no failure: it is asked again", async () => {
  const refused = new StripeError(400, {
    type: "invalid_request_error",
    code: "payment_intent_unexpected_state",
  });
  const paymentIntents = {
    capture: () => Promise.reject(refused),
    cancel: () => Promise.reject(refused),
    retrieve: async () => ({ id: "pi_1", status: "processing" }),
  };
  const busy = createStripeGateway({ paymentIntents } as unknown as StripeClient, { now: () => clock.now });
  await expect(busy.capture(newOrderId(), "pi_1")).rejects.toThrow(ProviderUnavailable);
});

describe("Stripe keeps a 500 under its key", () => {
  const keeping = (at: RegExp, times: number) => {
    trouble = { mode: "server-error-kept", at, times };
  };

  /** A 500 is asked for once more under its key, to see whether it was kept. */
  const asking = (ask: () => Promise<unknown>) => ask().catch(ask);

  test.each(calls)("$name: looked behind, and asked for once more under the next key", async (call) => {
    const orderId = newOrderId();
    const ask = await call.prepare(orderId);
    keeping(/payment_intents$|capture$|cancel$|refunds$/, 1);
    await asking(ask);
    expect(booksIn(orderId)).toEqual(call.after);
    keys.length = 0;
    // Another who asks goes the same way, and has the same.
    await asking(ask);
    expect(booksIn(orderId)).toEqual(call.after);
    if (call.name === "authorize") expect(keys).toEqual([`${orderId}:authorize`]);
  });

  test("an order whose every key is used up is no outcome, and holds nothing", async () => {
    const orderId = newOrderId();
    keeping(/payment_intents$/, Number.POSITIVE_INFINITY);
    const ask = () => gateway.authorize(orderId, aCharge("pm_card_visa"), since);
    for (let time = 1; time <= 4; time++) await expect(ask()).rejects.toThrow(ProviderUnavailable);
    trouble = undefined;
    expect(booksIn(orderId)).toEqual(nothing);
  });
});

const part = { ...whole, id: "rf_1", amount: 613 };

test.each([
  ...calls,
  {
    name: "refund of a part",
    after: { ...captured, refunded: part.amount },
    prepare: async (orderId: string) => {
      const intentId = await authorized(orderId);
      await gateway.capture(orderId, intentId);
      return () => gateway.refund(orderId, intentId, part);
    },
  },
])("$name: who met a 500 that left the key free, and who did not, have one effect", async (call) => {
  const orderId = newOrderId();
  const ask = await call.prepare(orderId);
  keys.length = 0;
  trouble = { mode: "server-error", times: 1 };
  await ask().catch(() => {});
  trouble = undefined;
  await ask();
  await ask();
  expect(booksIn(orderId)).toEqual(call.after);
  expect(keys.filter((key) => key?.endsWith(":2"))).toEqual([]);
});

test.each([
  ["was answered", undefined],
  ["was lost with its answer", "timeout-after-effect" as const],
  ["never arrived", "down" as const],
])("a stage's return address changes after a call that %s: the order has one hold", async (_, mode) => {
  const orderId = newOrderId();
  const client = createStripeClient("sk_test_x", aws.url);
  const before = createStripeGateway(client, { now: () => clock.now, returnUrl: "https://shop.example/old" });
  const after = createStripeGateway(client, { now: () => clock.now, returnUrl: "https://shop.example/new" });
  if (mode) trouble = { mode };
  await before.authorize(orderId, aCharge("pm_card_visa"), since).catch(() => {});
  trouble = undefined;
  expect(await after.authorize(orderId, aCharge("pm_card_visa"), since)).toMatchObject({
    kind: "authorized",
  });
  expect(booksIn(orderId)).toEqual(held);
});

test("a call of another version may still be under way: no other key is asked with", async () => {
  const orderId = newOrderId();
  const asked: string[] = [];
  const paymentIntents = {
    create: (_: unknown, { idempotencyKey }: { idempotencyKey: string }) => {
      asked.push(idempotencyKey);
      return Promise.reject(new StripeError(400, { type: "idempotency_error" }));
    },
    list: async () => ({ data: [], has_more: false }),
  };
  const other = createStripeGateway({ paymentIntents } as unknown as StripeClient, { now: () => clock.now });
  for (const minutes of [0, 1, 10]) {
    clock.now = testNow + minutes * 60_000;
    const thrown = await thrownBy(() => other.authorize(orderId, aCharge("pm_card_visa"), since));
    expect(thrown).toBeInstanceOf(ProviderUnavailable);
  }
  expect(new Set(asked)).toEqual(new Set([`${orderId}:authorize`]));
});

test("a card declined before the return address changed is declined again, and holds nothing", async () => {
  const orderId = newOrderId();
  const client = createStripeClient("sk_test_x", aws.url);
  const card = aCharge("pm_card_visa_chargeDeclined");
  for (const place of ["old", "new"]) {
    const settings = { now: () => clock.now, returnUrl: `https://shop.example/${place}` };
    const answer = await createStripeGateway(client, settings).authorize(orderId, card, since);
    expect(answer).toMatchObject({ kind: "declined", code: "generic_decline" });
  }
  expect(booksIn(orderId)).toEqual(nothing);
});

describe("an order that was aborted while nobody knows what is held", () => {
  const aborted = since;
  const authorize = (orderId: string) => gateway.authorize(orderId, aCharge("pm_card_visa"), since, aborted);

  test("for two minutes nothing is said, because the search may not show it yet", async () => {
    await expect(authorize(newOrderId())).rejects.toThrow(ProviderUnavailable);
  });

  test("what is held is found, and what is not is never held", async () => {
    const [one, other] = [newOrderId(), newOrderId()];
    const intentId = await authorized(one);
    clock.now = testNow + 121_000;
    expect(await authorize(one)).toEqual({ kind: "authorized", intentId });
    expect(await authorize(other)).toMatchObject({ kind: "declined", code: "never_authorized" });
    expect(booksIn(other)).toEqual(nothing);
  });
});

test.each([401, 403])("an answer %i is the shop's own fault, and no card's", async (statusCode) => {
  const error = new StripeError(statusCode, { type: "invalid_request_error", code: "api_key_expired" });
  const paymentIntents = { create: () => Promise.reject(error) };
  const other = createStripeGateway({ paymentIntents } as unknown as StripeClient, { now: () => clock.now });
  const thrown = await thrownBy(() => other.authorize(newOrderId(), aCharge("pm_card_visa"), since));
  expect(thrown).toMatchObject({ name: "ProviderUnavailable", ofShop: "api_key_expired", isLimit: false });
});

test("refunds and disputes of the last days are found page by page, each intent once", async () => {
  const asked: object[] = [];
  const pages = [
    {
      data: [
        { id: "re_1", payment_intent: "pi_1" },
        { id: "re_2", payment_intent: null },
      ],
      has_more: true,
    },
    { data: [{ id: "re_3", payment_intent: "pi_2" }], has_more: false },
  ];
  const refunds = {
    list: async (query: object) => {
      asked.push(query);
      return pages[asked.length - 1];
    },
  };
  const disputes = {
    list: async () => ({ data: [{ id: "dp_1", payment_intent: "pi_1" }], has_more: false }),
  };
  const { changedSince } = createReconciliation({ refunds, disputes } as unknown as StripeClient);
  expect(await changedSince(since)).toEqual(["pi_1", "pi_2"]);
  expect(asked).toEqual([
    { created: { gte: testNow / 1000 }, limit: 100 },
    { created: { gte: testNow / 1000 }, limit: 100, starting_after: "re_2" },
  ]);
});
