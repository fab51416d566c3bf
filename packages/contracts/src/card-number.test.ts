// Card numbers are found however they are spelled; barcodes, device numbers and other digits are left alone.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { containsCardNumber } from "./card-number.ts";

/** Published test numbers of the networks and of payment providers. */
const cards = [
  "4242424242424242",
  "4000056655665556",
  "4111111111111111",
  "4012888888881881",
  "5555555555554444",
  "5105105105105100",
  "2223003122003222",
  "2720992593319364",
  "378282246310005",
  "371449635398431",
  "343434343434343",
  "6011111111111117",
  "6011000990139424",
  "30569309025904",
  "36227206271667",
  "38520000023237",
  "3056930009020004",
  "3566002020360505",
  "6200000000000005",
  "6304000000000000000",
];

const grouped = (sign: string) => (card: string) => card.replace(/(\d{4})(?=\d)/g, `$1${sign}`);
const each = (sign: string) => (card: string) => [...card].join(sign);
const from = (zero: number) => (card: string) =>
  card.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
const behind =
  (before: string, after = "") =>
  (card: string) =>
    `${before}${card}${after}`;

const signs = [
  " ",
  "-",
  ".",
  "/",
  "_",
  ",",
  ":",
  "*",
  "\n",
  "\r\n",
  "\t",
  "   ",
  " - ",
  "\u00A0",
  "\u2009",
  "\u200B",
];
const moreSigns = [
  "\u2060",
  "\u00AD",
  "\uFEFF",
  "\u202E",
  "\u2013",
  "\u2022",
  "·",
  "\u3000",
  "x",
  "|",
  "__",
  "+",
];
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10, 0x1d7ce, 0x1d7d8, 0x1d7f6, 0x1fbf0, 0x104a0];

const spellings: ((card: string) => string)[] = [
  (card) => card,
  ...signs.map(grouped),
  ...moreSigns.map(grouped),
  ...[" ", "-", ".", "_", "\u200B", "\u0336"].map(each),
  ...zeros.map(from),
  (card) => grouped(" ")(from(0x660)(card).replace(/(....)/gu, "$1 ")),
  (card) => [...card].map((digit) => "⓪①②③④⑤⑥⑦⑧⑨"[Number(digit)]).join(""),
  (card) => [...card].map((digit) => "⓿❶❷❸❹❺❻❼❽❾"[Number(digit)]).join(""),
  (card) => [...card].map((digit) => `${digit}\uFE0F\u20E3`).join(""),
  (card) => [...card].map((digit) => "〇一二三四五六七八九"[Number(digit)]).join(""),
  (card) => card.replace(/^(.{8})(.{8})$/, "$1 $2"),
  (card) => card.replace(/^(.{6})(.{8,10})$/, "$1\n$2"),
  (card) => card.replace(/^(.{11})(.{3,5})$/, "$1-$2"),
  (card) => card.replace(/^(.{4})(.{6})(.{4,6})$/, "$1 $2-$3"),
  behind("my card is ", ", thanks"),
  behind('{"reason":"', '"}'),
  behind("card:"),
  behind("7", ""),
  behind("", "123"),
  behind("room 7 ", " 12/27 123"),
  behind("EAN 4006381000093 "),
  (card) => `${grouped(" ")(card)} 123`,
  (card) => `${grouped("-")(card)}7`,
];

test(`${cards.length} card numbers are found in each of ${spellings.length} spellings`, () => {
  expect(cards.length * spellings.length).toBeGreaterThan(1000);
  const missed = cards
    .flatMap((card) => spellings.map((spell) => spell(card)))
    .filter((text) => !containsCardNumber(text));
  expect(missed).toEqual([]);
});

test.each([
  "",
  "4242424242424241",
  "424242424242",
  "2026-11-23T09:15:00.000Z",
  "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
  '{"quantity":2,"unitPrice":990,"amount":99999999}',
  "EAN 4006381000093 was wrong",
  "4006381000093, 4006381000017 and 96385074",
  "ISBN 978-3-16-148410-0, 978-0-306-40615-7",
  "IMEI 35-693803-564380-9",
  "4222222222222 is as long as a barcode, and Visa gives out no such numbers any more",
  "call me: +49 170 5550199, +49 170 5550200",
  "4242 apples, then 4242 pears, then 4242 plums, then 4242",
])("%s holds none", (text) => {
  expect(containsCardNumber(text)).toBe(false);
});

const digits = (length: number) => fc.array(fc.nat(9), { minLength: length, maxLength: length });

/** With the check digit of GS1 behind them. */
const gtin = (first: string, length: number) =>
  digits(length - 1 - first.length).map((rest) => {
    const body = first + rest.join("");
    const sum = [...body]
      .reverse()
      .reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
    return body + ((10 - (sum % 10)) % 10);
  });

const luhn = (body: string) => {
  const sum = [...body].reverse().reduce((total, character, at) => {
    const weighed = at % 2 === 0 ? Number(character) * 2 : Number(character);
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return body + ((10 - (sum % 10)) % 10);
};

/** The first two digits of an IMEI say who reported the device: none gives out 34 or 37, as Amex does. */
const imei = fc
  .tuple(fc.constantFrom("01", "35", "44", "45", "49", "86", "91", "98", "99"), digits(12))
  .map(([reporter, rest]) => luhn(reporter + rest.join("")));

const spellBook = (isbn: string) => isbn.replace(/^(...)(.)(..)(......)(.)$/, "$1-$2-$3-$4-$5");

test("barcodes, ISBNs and IMEIs are no card numbers, even if they pass Luhn's check", () => {
  const barcode = fc.oneof(
    ...[8, 12, 13, 14].map((length) => gtin("", length)),
    gtin("978", 13),
    gtin("979", 13).map(spellBook),
    gtin("36", 14),
    imei,
  );
  const around = fc.constantFrom("", " ", "was wrong", ", please", ": 2 pieces", " 24.12.2026");
  fc.assert(
    fc.property(barcode, around, (code, after) => containsCardNumber(`EAN ${code}${after}`) === false),
    { numRuns: 5000 },
  );
});

test("any number of an issuer with a right check digit is found, and with one wrong digit it is none", () => {
  // Without a 3, so that no number of another length begins within it.
  const rest = fc.array(fc.constantFrom(..."012456789"), { minLength: 14, maxLength: 14 });
  const issuer = fc.constantFrom("4", "51", "2221", "6011", "62", "67");
  fc.assert(
    fc.property(issuer, rest, fc.integer({ min: 1, max: 9 }), (first, digits, by) => {
      const card = luhn((first + digits.join("")).slice(0, 15));
      expect(containsCardNumber(card)).toBe(true);
      const last = (Number(card.at(-1)) + by) % 10;
      expect(containsCardNumber(card.slice(0, -1) + last)).toBe(false);
    }),
  );
});
