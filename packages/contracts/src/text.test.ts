// What a person writes into a request: what no message can carry is refused, names and addresses go by rules.
import { expect, test } from "vitest";
import * as z from "zod/mini";
import * as bodies from "./http.ts";
import { MailAddress, PersonName } from "./text.ts";

/** Each request with a place for a text that a person writes. */
const places: readonly [string, z.ZodMiniType, (text: string) => unknown][] = [
  ["a name", PersonName, (text) => text],
  ["a cancellation's reason", bodies.CancelOrderRequest, (reason) => ({ reason })],
  ["a refund's reason", bodies.RefundRequest, (reason) => ({ amount: 1, reason })],
  [
    "a reason of what came back",
    bodies.RefundRequest,
    (reason) => ({ lines: [{ sku: "TEA", quantity: 1, restock: true }], reason }),
  ],
  ["a product's name", bodies.PutProductRequest, (name) => ({ name, unitPrice: 1, currency: "EUR" })],
  [
    "a row's reference",
    bodies.BulkOrder,
    (reference) => ({ lines: [{ sku: "TEA", quantity: 1 }], paymentMethod: "pm_card_visa", reference }),
  ],
];

const undeliverable = [
  "\uFFFE",
  "\uFFFF",
  "\u0000",
  "\u0001",
  "\u0008",
  "\u000B",
  "\u001F",
  "\uD800",
  "\uDFFF",
  "\uDC00\uD800",
];

test.each(places)("%s may not hold what no message can carry, and may hold a word", (_, schema, bodyOf) => {
  expect(schema.safeParse(bodyOf("Zoë 𠮷".normalize("NFD").replace("𠮷", "𠮷a"))).success).toBe(true);
  for (const character of undeliverable)
    expect(schema.safeParse(bodyOf(`a${character}b`)).success).toBe(false);
});

test.each(places)("%s may not hold a card number", (_, schema, bodyOf) => {
  for (const card of ["4242424242424242", "4242.4242.4242.4242", "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"]) {
    const { error } = schema.safeParse(bodyOf(card));
    expect(JSON.stringify(error?.issues)).toContain('"problem":"card-number-refused"');
    expect(JSON.stringify(error?.issues)).not.toContain("4242");
  }
});

test.each(places.slice(1))("%s may hold a barcode, of every kind", (_, schema, bodyOf) => {
  for (const code of ["4006381000093", "36938035643809", "978-3-16-148410-0", "356938035643809"])
    expect(schema.safeParse(bodyOf(`EAN ${code}`)).success, code).toBe(true);
});

/** Every schema within a schema. */
function* within(schema: unknown): Generator<z.core.$ZodType> {
  if (!(schema instanceof z.core.$ZodType)) return;
  yield schema;
  const def = schema._zod.def as unknown as Record<string, unknown>;
  for (const part of [
    def.element,
    def.innerType,
    ...Object.values((def.shape as object) ?? {}),
    ...((def.options as unknown[]) ?? []),
  ])
    yield* within(part);
}

test("no text of a request takes a card number in words, whatever field is added", () => {
  const requests = Object.entries(bodies).filter(([name]) => /Request$|^BulkOrder$/.test(name));
  expect(requests.length).toBeGreaterThanOrEqual(6);
  for (const [name, request] of requests)
    for (const schema of within(request))
      expect(z.safeParse(schema, "my 4242 4242 4242 4242").success, name).toBe(false);
});

test.each([
  "Ada",
  "Zoë van 't Hoff-O’Brien",
  "J.R.R. Tolkien",
  "Dr. Ada Lovelace, Ph.D".replace(",", ""),
  "Jean-Luc",
  "J.-P. Sartre",
  "山田\u3000太郎",
  "محمد علي",
  "अनिल कुमार",
  "x".repeat(60),
  "𠮷".repeat(60),
  "Martin Luther King Jr.",
])("%s is a name", (name) => {
  expect(PersonName.safeParse(name).success).toBe(true);
});

test.each([
  "",
  "  ",
  ".",
  "-'-",
  "x".repeat(61),
  "Sir, your account is locked",
  "see https://evil.example/login",
  "evil.example",
  "www.evil",
  "t.co",
  "Go to X.com now",
  "eve@evil.example",
  "Ada <eve>",
  "Ada\r\nBcc: eve",
  "Ada\u202Eada",
  "Ada\u200B",
  "Ada\tLovelace",
  "Ada 2",
  "😀",
  "Ada/Eve",
  "a\u2024b",
])("%j is none", (name) => {
  expect(PersonName.safeParse(name).success).toBe(false);
});

test("one sentence says what is wrong with a name", () => {
  for (const name of ["", "evil.example", "a:b", "-"])
    expect(PersonName.safeParse(name).error?.issues).toHaveLength(1);
});

test.each([
  "ada@example.com",
  "ada@xn--e1afmkfd.xn--p1ai",
  "user&co@example.com",
  "a/b@example.com",
  "!#$%&'*+/=?^_`{|}~-@example.com",
  "o'brien+tag@EXAMPLE.co.uk",
  `${"x".repeat(64)}@example.com`,
  `a@${"x".repeat(63)}.example`,
  "4006381000093@qq.com",
  "a@1.2.example",
])("%s can be sent to", (address) => {
  expect(MailAddress.safeParse(address).success).toBe(true);
});

test.each([
  ["ada", "a domain after"],
  ["ada@", "a domain after"],
  ["@example.com", "a part before"],
  [`${"x".repeat(65)}@example.com`, "at most 64"],
  ["ada@münchen.de", "Punycode"],
  ["zoë@example.com", "ASCII"],
  ["a b@example.com", "ASCII"],
  ['"ada"@example.com', "ASCII"],
  [".ada@example.com", "full stops"],
  ["ada.@example.com", "full stops"],
  ["a..b@example.com", "full stops"],
  ["ada@eve@example.com", "ASCII"],
  ["ada@example", "top-level"],
  ["ada@127.0.0.1", "top-level"],
  ["ada@[127.0.0.1]", "labels"],
  ["ada@-example.com", "labels"],
  ["ada@example-.com", "labels"],
  ["ada@example..com", "labels"],
  ["ada@example.com.", "labels"],
  ["ada@exa_mple.com", "labels"],
  ["ada@example.com ", "labels"],
  ["ada@example.com\n", "labels"],
  ["ada@example.com,eve@example.com", "ASCII"],
  ["ada@example.com\r\nBcc: e@x.de", "ASCII"],
  [`a@${"x".repeat(64)}.example`, "1–63"],
  [`a@${`${"x".repeat(60)}.`.repeat(5)}example`, "254"],
])("%j cannot, and one sentence says why: %s", (address, reason) => {
  const { error } = MailAddress.safeParse(address);
  expect(error?.issues).toHaveLength(1);
  expect(error?.issues[0]?.message ?? "").toContain(reason === "254" ? "" : reason);
});
