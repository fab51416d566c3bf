// DynamoDB's numbers: decimals of up to 38 digits, which JavaScript's numbers would round.
import { invalid } from "./errors.ts";

/** digits · 10^exponent; digits has no trailing zeros, unless it is zero. */
type Decimal = { digits: bigint; exponent: number };

/** In its canonical text, which JavaScript's numbers hold exactly. */
const PLAIN = /^(?:0|-?[1-9][0-9]{0,14})$/;
const NUMBER = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/;

const MAXIMUM_DIGITS = 38;
const MAXIMUM_MAGNITUDE = 125;
const MINIMUM_MAGNITUDE = -130;

/** The canonical text, without exponent or needless zeros. Throws a DynamoFailure for an invalid number. */
export function readNumber(text: string): string {
  return PLAIN.test(text) ? text : written(within(parse(text)));
}

export function sum(a: string, b: string): string {
  return PLAIN.test(a) && PLAIN.test(b) ? String(Number(a) + Number(b)) : added(parse(a), parse(b));
}

export function difference(a: string, b: string): string {
  if (PLAIN.test(a) && PLAIN.test(b)) return String(Number(a) - Number(b));
  const { digits, exponent } = parse(b);
  return added(parse(a), { digits: -digits, exponent });
}

/** Negative if a is less than b; both as `readNumber` returns them. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  if (PLAIN.test(a) && PLAIN.test(b)) return Number(a) - Number(b);
  return sortable(a) < sortable(b) ? -1 : 1;
}

/** A text that sorts as the number does: sign, magnitude, digits; the latter two inverted if negative. */
export function sortable(text: string): string {
  const { digits, exponent } = parse(text);
  if (digits === 0n) return "1";
  const isNegative = digits < 0n;
  const shown = String(isNegative ? -digits : digits);
  const magnitude = exponent + shown.length - 1 - MINIMUM_MAGNITUDE;
  if (!isNegative) return `2${String(magnitude).padStart(3, "0")}${shown}`;
  const turned = [...shown].map((digit) => 9 - Number(digit)).join("");
  return `0${String(999 - magnitude).padStart(3, "0")}${turned}~`;
}

/** Its significant digits, 0 for zero, and the power of ten of the first one. */
export function shapeOfNumber(text: string): { digits: number; magnitude: number; isNegative: boolean } {
  if (PLAIN.test(text) && text !== "0") {
    const whole = text.replace("-", "");
    const { length: digits } = whole.replace(/0+$/, "");
    return { digits, magnitude: whole.length - 1, isNegative: whole !== text };
  }
  const { digits, exponent } = parse(text);
  if (digits === 0n) return { digits: 0, magnitude: 0, isNegative: false };
  const { length } = String(digits < 0n ? -digits : digits);
  return { digits: length, magnitude: exponent + length - 1, isNegative: digits < 0n };
}

function parse(text: string): Decimal {
  const [, sign, whole = "", fraction = "", power = "0"] = NUMBER.exec(text) ?? [];
  if (sign === undefined || whole + fraction === "") {
    const what = text === "" ? "" : `: ${text}`;
    throw invalid(`The parameter cannot be converted to a numeric value${what}`);
  }
  const shown = (whole + fraction).replace(/0+$/, "");
  const digits = BigInt(shown === "" ? "0" : shown);
  const exponent = Number(power) - fraction.length + whole.length + fraction.length - shown.length;
  return { digits: sign === "-" ? -digits : digits, exponent: digits === 0n ? 0 : exponent };
}

function within(decimal: Decimal): Decimal {
  const { digits, exponent } = decimal;
  const length = String(digits).replace("-", "").length;
  const magnitude = exponent + length - 1;
  const attempt = "Attempting to store a number with magnitude";
  if (magnitude > MAXIMUM_MAGNITUDE) throw invalid(`Number overflow. ${attempt} larger than supported range`);
  if (magnitude < MINIMUM_MAGNITUDE)
    throw invalid(`Number underflow. ${attempt} smaller than supported range`);
  if (length > MAXIMUM_DIGITS)
    throw invalid("Attempting to store more than 38 significant digits in a Number");
  return decimal;
}

function added(a: Decimal, b: Decimal): string {
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = ({ digits, exponent: own }: Decimal) => digits * 10n ** BigInt(own - exponent);
  return readNumber(`${scaled(a) + scaled(b)}E${exponent}`);
}

function written({ digits, exponent }: Decimal): string {
  if (exponent >= 0) return `${digits}${"0".repeat(exponent)}`;
  const isNegative = digits < 0n;
  const shown = String(isNegative ? -digits : digits).padStart(1 - exponent, "0");
  return `${isNegative ? "-" : ""}${shown.slice(0, exponent)}.${shown.slice(exponent)}`;
}
