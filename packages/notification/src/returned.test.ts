// What an order keeps of its mails that came back, in any order and however often they are told of.
import type { MailReturn } from "@order-saga/messaging/returned-mail";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { blank, type Notification } from "./notification.ts";
import { hearReturned, stopFor, tagOf } from "./returned.ts";

const early = "2026-01-05T12:00:00Z";
const late = "2026-01-06T12:00:00Z";
const told = (how: MailReturn, at = early, mail = "received") => ({ how, at, mail });
const after = (...heard: ReturnType<typeof told>[]) =>
  heard.reduce<Notification>(hearReturned, blank("ord_1")).returned;

test("a permanent bounce and a complaint stop mail, and what may pass does not", () => {
  expect(stopFor("bounced")).toBe("bounced");
  expect(stopFor("complained")).toBe("complained");
  expect(stopFor("bounced_for_now")).toBeUndefined();
});

test("the mail of a refund is known by its tag, which has no colon", () => {
  expect(tagOf("refund:rf_1")).toMatch(/^[\w-]+$/);
  expect(after(told("bounced", early, tagOf("refund:rf_1")))).toEqual({
    "refund:rf_1": { how: "bounced", at: early },
  });
});

test("what weighs more takes the place of what weighs less, and not the other way round", () => {
  const complained = { received: { how: "complained", at: late } };
  expect(after(told("bounced_for_now"), told("bounced"), told("complained", late))).toEqual(complained);
  expect(after(told("complained", late), told("bounced"), told("bounced_for_now"))).toEqual(complained);
});

test("what is known changes nothing, and its first time stays", () => {
  const record = hearReturned(blank("ord_1"), told("bounced"));
  expect(hearReturned(record, told("bounced"))).toBe(record);
  expect(hearReturned(record, told("bounced", late))).toBe(record);
  expect(after(told("bounced", late), told("bounced"))).toEqual({ received: { how: "bounced", at: early } });
});

test("in any order, any number of times, the same end", () => {
  const one = fc.record({
    how: fc.constantFrom<MailReturn>("bounced", "bounced_for_now", "complained"),
    at: fc.constantFrom(early, late),
    mail: fc.constantFrom("received", "confirmed"),
  });
  const shuffled = fc
    .array(one, { maxLength: 6 })
    .chain((heard) =>
      fc.tuple(
        fc.constant(heard),
        fc.shuffledSubarray([...heard, ...heard], { minLength: heard.length * 2 }),
      ),
    );
  fc.assert(
    fc.property(shuffled, ([heard, again]) => {
      expect(after(...again)).toEqual(after(...heard));
    }),
  );
});
