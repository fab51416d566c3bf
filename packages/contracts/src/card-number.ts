// Finds card numbers, so that none is ever stored, published or logged.

const SHORTEST = 13;
const LONGEST = 19;

/**
 * True if the text holds 13 to 19 digits that pass the Luhn check; single spaces or hyphens may part them.
 * A number beside it, such as a security code behind a space, does not hide it.
 */
export function containsCardNumber(text: string): boolean {
  for (const [run] of text.matchAll(/\d+(?:[ -]\d+)*/g)) {
    const groups = run.split(/[ -]/);
    if (groups.some((_, start) => isCardNumberFrom(groups, start))) return true;
  }
  return false;
}

function isCardNumberFrom(groups: readonly string[], start: number): boolean {
  let digits = "";
  for (let i = start; i < groups.length && digits.length <= LONGEST; i++) {
    digits += groups[i];
    if (digits.length >= SHORTEST && digits.length <= LONGEST && passesLuhn(digits)) return true;
  }
  return false;
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const weighed = i % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}
