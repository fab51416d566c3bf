// Finds card numbers, so that none is ever stored, published or logged.

/** True if the text holds 13 to 19 digits, spaces or hyphens between them allowed, that pass the Luhn check. */
export function containsCardNumber(text: string): boolean {
  for (const [run] of text.matchAll(/(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g)) {
    if (passesLuhn(run.replace(/[ -]/g, ""))) return true;
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
