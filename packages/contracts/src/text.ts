// What a person writes: which texts every message can carry, and what is a name and a mail address.
import * as z from "zod/mini";
import { containsCardNumber } from "./card-number.ts";

/** A broken rule that the API answers with a problem of its own, of this type. */
export type ProblemRule = { readonly problem: "card-number-refused" };

const cardNumberRefused: ProblemRule = { problem: "card-number-refused" };

/**
 * Of Unicode's characters what SQS takes (API reference, "SendMessage") and XML 1.0 can write: no control but
 * tab and line ends, no half of a surrogate pair, not U+FFFE and not U+FFFF.
 */
const deliverable = () =>
  z.regex(/^[\t\n\r -\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u, {
    error: "must be text without control characters, halves of surrogate pairs, U+FFFE and U+FFFF",
    abort: true,
  });

/** Its length is looked at first, and a text that is too long is looked at no further. */
const withoutCardNumber = (maximumLength: number) =>
  [
    z.maxLength(maximumLength, { abort: true }),
    z.refine<string>((text) => !containsCardNumber(text), {
      error: "holds what looks like a card number",
      params: cardNumberRefused,
      abort: true,
    }),
  ] as const;

/** The checks of every text that a person writes into a request; what goes into a message must pass them. */
export const written = (maximumLength: number) =>
  [...withoutCardNumber(maximumLength), deliverable()] as const;

/**
 * A person's name goes into mails, where it must not be read as an address of a page or a mailbox: programs
 * make a link of `evil.example`, so a dot stands before a space, an end, or an initial as in `J.R.R. Hart`.
 */
export const PersonName = z.string().check(
  z.trim(),
  z.minLength(1, { abort: true }),
  ...withoutCardNumber(120),
  z.regex(/^[\p{L}\p{M}\p{Zs}.'’-]{1,60}$/u, {
    error: "must be 1–60 letters, spaces, hyphens, apostrophes and full stops",
    abort: true,
  }),
  z.refine((name) => /\p{L}/u.test(name), "must hold a letter"),
  z.refine((name) => !/\.(?:\p{L}\p{M}*){2}/u.test(name), "must have a space after a full stop"),
);

/** RFC 5322's atext; SES sends to ASCII alone, and to no quoted local part. */
const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** Of a domain (RFC 1123); other scripts are written in Punycode, as xn--…. */
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** What is wrong with it by the rules that SES sends by, in words; undefined for a good address. */
function flawOfAddress(address: string): string | undefined {
  const at = address.lastIndexOf("@");
  if (at < 1 || at === address.length - 1) return "must have a part before and a domain after the @";
  const local = address.slice(0, at);
  const labels = address.slice(at + 1).split(".");
  if (local.length > 64) return "must have at most 64 characters before the @";
  if (!localPart.test(local))
    return "must have before the @ ASCII letters, digits and !#$%&'*+/=?^_`{|}~-, parted by single full stops";
  if (labels.some((each) => !label.test(each)))
    return "must have a domain of labels of 1–63 letters, digits and inner hyphens; other scripts in Punycode (xn--…)";
  if (labels.length < 2 || /^\d+$/.test(labels.at(-1) ?? ""))
    return "must have a domain that ends in a top-level domain";
  return undefined;
}

/** An address that SES can send to ("Formatting email", RFC 5321 for the lengths). */
export const MailAddress = z.string().check(
  z.maxLength(254, { abort: true }),
  z.superRefine((address, context) => {
    const message = flawOfAddress(address);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  }),
  z.meta({ format: "email", description: "ASCII: a domain of another script is written in Punycode." }),
);
