// Finds card numbers in what people write, however they are spelled, so that none is stored or published.

/**
 * The first digits of cards and how many digits such a card has (ISO/IEC 7812-1 numbers issuers so; ranges as
 * the networks publish them, gathered from credit-card-type and Wikipedia's "Payment card number" in November
 * 2026). Left out on purpose: lengths of 12 and 13, because no network issues them any more and every EAN-13
 * has them; Maestro and UnionPay below 16, and UATP and JCB of 15, which are an IMEI's or a GTIN's lengths.
 */
const ranges: readonly [from: string, to: string, lengths: readonly number[]][] = [
  ["4", "4", [16, 18, 19]], // Visa, Elo
  ["51", "55", [16]], // Mastercard
  ["2221", "2720", [16]], // Mastercard
  ["34", "34", [15]], // American Express
  ["37", "37", [15]], // American Express
  ["300", "305", [14, 16, 19]], // Diners Club
  ["3095", "3095", [14, 16, 19]], // Diners Club
  ["36", "36", [14, 16, 19]], // Diners Club
  ["38", "39", [14, 16, 19]], // Diners Club, Discover
  ["3528", "3589", [16, 19]], // JCB
  ["50", "50", [16, 18, 19]], // Maestro, Elo, Verve, RuPay
  ["56", "59", [16, 18, 19]], // Maestro, Dankort
  ["60", "60", [16]], // Discover, RuPay, Hipercard
  ["62", "62", [16, 17, 18, 19]], // UnionPay
  ["63", "63", [16, 18, 19]], // Maestro, InstaPayment, Hiper
  ["64", "65", [16, 19]], // Discover, RuPay, Elo, Verve
  ["67", "67", [16, 18, 19]], // Maestro
  ["81", "82", [16, 17, 18, 19]], // UnionPay, RuPay
  ["2200", "2205", [16, 19]], // Mir
  ["8600", "8600", [16]], // UzCard
  ["9792", "9792", [16]], // Troy
  ["9860", "9860", [16]], // Humo
];

/** A longer group of digits is a number of its own, so that a barcode and a date beside it make no card. */
const LONGEST_GROUP = 7;

/** True if a card number stands in the text. The time it takes grows with the text's length, no faster. */
export function containsCardNumber(text: string): boolean {
  return chainsIn(text).some(holdsCard);
}

/** Groups of digits that may be one number. */
type Chain = readonly string[];

function chainsIn(text: string): Chain[] {
  const chains: string[][] = [];
  let chain: string[] = [];
  let end = 0;
  const digits = withoutIsbns(toDigits(text));
  for (const { 0: group, index } of digits.matchAll(/\d+/g)) {
    const isOne = isSeparator(digits.slice(end, index)) && mayContinue(chain, group);
    if (chains.length === 0 || !isOne) {
      chain = [];
      chains.push(chain);
    }
    chain.push(group);
    end = index + group.length;
  }
  return chains;
}

/** Two groups of any length may be one number, if together they are as long as a card's and not barcodes. */
function mayContinue(chain: Chain, group: string): boolean {
  const [first = ""] = chain;
  const isLong = first.length + group.length >= 14;
  const couldBe = chain.length === 1 && isLong && Math.max(first.length, group.length) <= 12;
  if (couldBe && first.length === group.length) return !(isBarcode(first) && isBarcode(group));
  if (couldBe) return !isBarcode(first) && !isBarcode(group);
  return first.length <= LONGEST_GROUP && group.length <= LONGEST_GROUP;
}

const isBarcode = (digits: string) => [8, 12, 13, 14].includes(digits.length) && isGtin(digits);

/**
 * Between two groups of one number stand a few signs, and at most one letter, as in `4242x4242`. A plus
 * behind a space begins a telephone number.
 */
function isSeparator(between: string): boolean {
  const letters = between.match(/\p{L}/gu) ?? [];
  return between.length <= 12 && letters.length <= 1 && !/\s\+$/.test(between);
}

/** The text with digits of all scripts as 0 to 9, without marks and signs of no width, and single spaces. */
function toDigits(text: string): string {
  if (!/[^ -~]/.test(text)) return text.replace(/ +/g, " ");
  return text
    .normalize("NFKC")
    .replace(/[\p{Cf}\p{M}]/gu, "")
    .replace(/[^\P{Nd}0-9]|[〇零一二三四五六七八九]|[①-⓿❶-➓]/gu, digitOf)
    .replace(/\s+/g, " ");
}

const chinese = "〇一二三四五六七八九";

/** Unicode lists the digits of a script from 0 to 9; signs such as ❷ from 1, and 0 elsewhere. */
function digitOf(sign: string): string {
  if (sign === "零") return "0";
  if (chinese.includes(sign)) return String(chinese.indexOf(sign));
  const point = sign.codePointAt(0) ?? 0;
  if (!/\p{Nd}/u.test(sign)) return dingbat(point);
  let zero = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((point - zero) % 10);
}

/** The first signs of the lists of 1 to 9 that have no digit as their compatible form. */
const dingbats = [0x2776, 0x2780, 0x278a, 0x24f5];

function dingbat(point: number): string {
  const one = dingbats.find((first) => point >= first && point < first + 9);
  return one === undefined ? (point === 0x24ff ? "0" : " ") : String(point - one + 1);
}

/** An ISBN-13 is written in five groups, somewhat as a card is, and is none. */
function withoutIsbns(text: string): string {
  return text.replace(/(?<!\d)97[89]([ -])\d{1,5}\1\d{1,7}\1\d{1,7}\1\d(?!\d)/g, (found) => {
    const digits = found.replace(/\D/g, "");
    return digits.length === 13 && isGtin(digits) ? "(ISBN)" : found;
  });
}

function holdsCard(chain: Chain): boolean {
  const digits = chain.join("");
  const begins = new Set<number>();
  const ends = new Set<number>();
  let at = 0;
  for (const group of chain) {
    begins.add(at);
    at += group.length;
    ends.add(at);
  }
  const sums = luhnSums(digits);
  for (let from = 0; from < digits.length; from++) {
    const lengths = lengthsOf(digits.slice(from, from + 4));
    for (const length of lengths) {
      const to = from + length;
      if (to > digits.length || !passesLuhn(sums, from, to)) continue;
      if (isBarcode(digits.slice(from, to))) continue;
      if (begins.has(from) && ends.has(to)) return true;
      // Where digits stand beside it only usual lengths are looked for, and across groups at one end.
      if (length <= 16 && (chain.length === 1 || begins.has(from) || ends.has(to))) return true;
    }
  }
  return false;
}

function lengthsOf(first: string): readonly number[] {
  const range = ranges.find(([from, to]) => {
    const begin = first.slice(0, from.length);
    return begin >= from && begin <= to;
  });
  return range?.[2] ?? [];
}

/** Of all digits before each place, with those at even places doubled, and with those at odd ones. */
type LuhnSums = readonly [number[], number[]];

function luhnSums(digits: string): LuhnSums {
  const sums: LuhnSums = [[0], [0]];
  for (const [place, character] of [...digits].entries()) {
    const digit = Number(character);
    const doubled = digit > 4 ? 2 * digit - 9 : 2 * digit;
    sums[0].push((sums[0][place] ?? 0) + (place % 2 === 0 ? doubled : digit));
    sums[1].push((sums[1][place] ?? 0) + (place % 2 === 1 ? doubled : digit));
  }
  return sums;
}

/** ISO/IEC 7812-1: counted from the last digit, every second one is doubled. */
function passesLuhn(sums: LuhnSums, from: number, to: number): boolean {
  const doubled = sums[to % 2 === 0 ? 0 : 1];
  return ((doubled[to] ?? 0) - (doubled[from] ?? 0)) % 10 === 0;
}

/** The check digit of GS1's numbers: from the last, every second digit counts three times. */
function isGtin(digits: string): boolean {
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
