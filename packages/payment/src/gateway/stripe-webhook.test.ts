// Stripe's webhooks: what is signed is heard, what is forged or old is not, and only what is news rings.

import { readFileSync } from "node:fs";
import Stripe from "stripe";
import { expect, test } from "vitest";
import { heardEvents, intentToLookAt, signatureFault } from "./stripe-webhook.ts";

const now = Date.parse("2026-01-05T12:00:00.000Z");
const seconds = now / 1000;
const body = Buffer.from('{"id":"evt_1","type":"payment_intent.succeeded"}');

/** As Stripe's own client signs for tests. */
const signed = (secret: string, at = seconds, payload = body.toString()) =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: at });

test("a good signature of any of the secrets is good, and of none other", () => {
  expect(signatureFault(body, signed("whsec_new"), ["whsec_new"], now)).toBeUndefined();
  expect(signatureFault(body, signed("whsec_old"), ["whsec_new", "whsec_old"], now)).toBeUndefined();
  expect(signatureFault(body, signed("whsec_evil"), ["whsec_new"], now)).toBe("BadSignature");
  expect(signatureFault(body, signed("whsec_new"), [], now)).toBe("BadSignature");
});

test("a header with the signatures of two secrets is good for either", () => {
  const [one = "", other = ""] = ["whsec_1", "whsec_2"].map((secret) => signed(secret));
  const both = `${one},${other.split(",")[1]}`;
  for (const secret of ["whsec_1", "whsec_2"])
    expect(signatureFault(body, both, [secret], now)).toBeUndefined();
});

test("every byte counts", () => {
  const header = signed("whsec_1");
  const changed = Buffer.from(body);
  changed[5] = (changed[5] ?? 0) ^ 1;
  expect(signatureFault(changed, header, ["whsec_1"], now)).toBe("BadSignature");
  expect(signatureFault(Buffer.concat([body, Buffer.from(" ")]), header, ["whsec_1"], now)).toBe(
    "BadSignature",
  );
  expect(signatureFault(body, header.replace(/t=\d+/, `t=${seconds + 1}`), ["whsec_1"], now)).toBe(
    "BadSignature",
  );
});

test.each([
  [-300, undefined],
  [-301, "TooOld"],
  [300, undefined],
  [301, "TooOld"],
])("signed %i seconds from now: %s", (offset, fault) => {
  expect(signatureFault(body, signed("whsec_1", seconds + offset), ["whsec_1"], now)).toBe(fault);
});

test.each([
  undefined,
  "",
  "t=,v1=",
  "v1=abc",
  "t=1e9,v1=00",
  `t=${seconds}`,
  `t=${seconds},v0=${"0".repeat(64)}`,
  "garbage",
])("the header %j is no signature", (header) => {
  expect(signatureFault(body, header, ["whsec_1"], now)).toBe("BadSignature");
});

const orderId = `ord_${"a".repeat(32)}`;
const anEvent = (type: string, object: object, request: object | null = null) =>
  Buffer.from(JSON.stringify({ id: "evt_1", type, request, data: { object } }));
const anIntent = { id: "pi_1", metadata: { orderId } };

test("an intent of an order, and the intent of a refund or a dispute, are looked at", () => {
  for (const type of heardEvents.filter((each) => each.startsWith("payment_intent.")))
    expect(intentToLookAt(anEvent(type, anIntent))).toEqual({ intentId: "pi_1", orderId });
  for (const type of heardEvents.filter((each) => !each.startsWith("payment_intent.")))
    expect(intentToLookAt(anEvent(type, { id: "re_1", payment_intent: "pi_2", metadata: {} }))).toEqual({
      intentId: "pi_2",
    });
});

test("a type that nobody needs, another's intent, and a refund without an intent ring for nothing", () => {
  expect(intentToLookAt(anEvent("customer.created", { id: "cus_1" }))).toBeUndefined();
  expect(intentToLookAt(anEvent("payment_intent.succeeded", { id: "pi_1", metadata: {} }))).toBeUndefined();
  expect(intentToLookAt(anEvent("refund.updated", { id: "re_1", payment_intent: null }))).toBeUndefined();
});

test("what our own call did is known already; what another key or nobody's key did is looked at", () => {
  const by = (key: string | null) =>
    intentToLookAt(anEvent("payment_intent.succeeded", anIntent, { id: "req_1", idempotency_key: key }));
  expect(by(`${orderId}:capture`)).toBeUndefined();
  expect(by(`${orderId}:capture:2`)).toBeUndefined();
  expect(by("dashboard-1")).toEqual({ intentId: "pi_1", orderId });
  expect(by(null)).toEqual({ intentId: "pi_1", orderId });
});

test("what is no event is refused", () => {
  for (const text of ["", "null", "[]", "{}", '{"type":"x"}', "not json"])
    expect(() => intentToLookAt(Buffer.from(text))).toThrow();
});

test("docs/stripe.md registers the endpoint for exactly what is heard", () => {
  const page = readFileSync(new URL("../../../../docs/stripe.md", import.meta.url), "utf8");
  const registered = [...page.matchAll(/enabled_events\[\]=([\w.]+)/g)].map(([, type]) => type);
  expect(registered.sort()).toEqual([...heardEvents].sort());
});
