// Finds personal data and secrets in a log line: addresses, card numbers, tokens, headers.
import { containsCardNumber } from "@order-saga/contracts";

/** Also with its @ encoded for a URL or JSON. A package's path (`client@3.1.0`) has no letters at its end. */
const emailAddress = /[^\s"'<>()[\],:;@\\](?:@|%40|\\u0040)[^\s"'<>()[\],:;@\\/]+\.\p{L}{2,}/iu;

const secrets: readonly [string, RegExp][] = [
  ["a bearer token", /\bbearer\s+[\w.~+/-]{8,}/i],
  ["a JSON web token", /\beyJ[\w-]{6,}\.[\w-]{6,}\./],
  ["an authorization header", /["']?\b(?:proxy-)?authorization["']?\s*[:=]/i],
  ["an API key", /\b(?:sk|rk|whsec)_(?:test_|live_)?\w{8,}|\bAKIA[0-9A-Z]{16}\b/],
  ["a client secret", /\b(?:pi|seti)_\w+_secret_\w{8,}/],
  ["a secret of AWS", /\bx-amz-security-token\b|\bX-Amz-Signature=|\baws_?secret_?access_?key\b/i],
];

/** Digits enough for a card number, single spaces or hyphens between them allowed. */
const manyDigits = /\d(?:[ -]?\d){12}/;

/** Our own ids and times; a number of thirteen digits that begins with 1 is a time in milliseconds. */
const ownNumbers =
  /\b[a-z]{2,4}_[0-9a-f]{32}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b|\b\d{4}-\d\d-\d\dT[\d:.]+Z|\b1\d{12}\b/g;

/** What kind of thing the text gives away; undefined if nothing. */
export function personalDataIn(text: string): string | undefined {
  if (emailAddress.test(text)) return "an e-mail address";
  const secret = secrets.find(([, pattern]) => pattern.test(text));
  if (secret) return secret[0];
  if (manyDigits.test(text) && containsCardNumber(text.replace(ownNumbers, "-#-"))) return "a card number";
  return undefined;
}
