// Bodies that no client of good will sends, from a seed.

export type Hostile = { name: string; method: string; path: string; contentType: string; body: string };

/** Each gives a body; `random` is between 0 and 1. */
type Make = (random: () => number) => string;

export const order = {
  contact: { email: "ada@example.com", name: "Ada" },
  currency: "EUR",
  lines: [{ sku: "TEA-EARL-GREY", quantity: 1 }],
  paymentMethod: "pm_card_visa",
};
const good = JSON.stringify(order);
const KILOBYTES_32 = 32 * 1024;
const fill = (piece: string) => piece.repeat(Math.floor((KILOBYTES_32 - 200) / piece.length));
const withReason = (text: string) => JSON.stringify({ reason: text });
const pick = <T>(from: readonly T[], random: () => number): T =>
  from[Math.floor(random() * from.length)] as T;

const odd = [
  "\u0000",
  "\uFFFF",
  "\uD800",
  "\u202E",
  "4242 4242 4242 4242",
  "__proto__",
  "1e400",
  "-0",
  "null",
  '"',
  "\\",
  "{",
  "[",
  "]",
] as const;

/** By what they are about; the most costly of each kind among them. */
export const kinds: Readonly<Record<string, Make>> = {
  "brackets to the limit": () => fill("["),
  "objects to the limit": () => fill('{"a":'),
  "a list of numbers": () => `{"lines":[${fill("1,")}1]}`,
  "lines that break every rule": () => `{"lines":[${fill("{},")}{}]}`,
  "unknown fields": () => `{${Array.from({ length: 2600 }, (_, index) => `"x${index}":1`)}}`,
  "unknown fields up to what is read": () =>
    `{${Array.from({ length: 999 }, (_, index) => `"field${index}abc":1`)}}`,
  "a long reason of digits": () => withReason(fill("1-")),
  "a long name": () => JSON.stringify({ ...order, contact: { ...order.contact, name: fill("x") } }),
  "a long address": () => JSON.stringify({ ...order, contact: { email: `${fill("a.")}a@example.com` } }),
  "a name of marks": () => JSON.stringify({ ...order, contact: { ...order.contact, name: fill("\u0301") } }),
  "a card number": () =>
    JSON.stringify({ ...order, contact: { ...order.contact, name: "4242.4242.4242.4242" } }),
  "an escaped text to the limit": () => withReason("#").replace("#", fill("\\u0034")),
  "text without an end": () => `{"reason":"${fill("a")}`,
  "a number without an end": () => fill("1"),
  spaces: () => fill(" "),
  "a body beyond the limit": () => fill("x").repeat(2),
  "a good order, cut": (random) => good.slice(0, Math.floor(random() * good.length)),
  "a good order with something in it": (random) => {
    const at = Math.floor(random() * good.length);
    return good.slice(0, at) + pick(odd, random) + good.slice(at + Math.floor(random() * 3));
  },
  "another type in a field": (random) =>
    JSON.stringify({
      ...order,
      [pick(Object.keys(order), random)]: pick([null, 1, "", [], {}, true], random),
    }),
};

const targets = [
  ["POST", "/orders"],
  ["POST", "/bulk-orders"],
  ["POST", "/orders/ord_0123456789abcdef0123456789abcdef/cancel"],
  ["POST", "/orders/ord_0123456789abcdef0123456789abcdef/refunds"],
  ["PUT", "/products/ODD"],
  ["PUT", "/stock/TEA-EARL-GREY"],
  ["POST", "/stock-feeds"],
  ["POST", "/webhooks/stripe"],
  ["GET", "/orders"],
  ["DELETE", "/orders"],
  ["POST", "/nothing"],
] as const;

const types = ["application/json", "application/json", "application/json", "text/plain", ""] as const;

/** The next of an endless row. */
export function anyBody(random: () => number): Hostile {
  const name = pick(Object.keys(kinds), random);
  const [method, path] = pick(targets, random);
  const body = method === "GET" ? "" : (kinds[name]?.(random) ?? "");
  return { name, method, path, contentType: pick(types, random), body };
}

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
