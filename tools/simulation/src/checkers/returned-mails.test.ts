// A22 over worlds in which a mail came back, and what is made of that is right or not.
import type { MailReturn } from "@order-saga/messaging/returned-mail";
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import type { SentMail } from "./observed.ts";
import { notificationOf } from "./records.ts";
import { type Break, judge, type Played } from "./testing.ts";

/** The mail of receipt came back, and its order shows it as given. */
function back(world: Played, how: MailReturn, shown: MailReturn | undefined = how): SentMail {
  const { confirmed } = world;
  const mail = world.mails.find(({ kind, orderId }) => kind === "received" && orderId === confirmed);
  if (!mail) return expect.unreachable();
  world.returns.push({ mail, how });
  if (shown) world.amend("notification", confirmed, { returned: { received: { how: shown, at: "" } } });
  world.look();
  return mail;
}

function sendLater(world: Played, mail: SentMail, seconds: number): string {
  world.now += seconds * 1000;
  world.mails.push({ ...mail, kind: "refund:rf_1", at: world.now });
  return mail.orderId;
}

function refused(world: Played, orderId: string, reason: string): string {
  const { mails } = notificationOf(world, orderId) ?? {};
  world.amend("notification", orderId, { mails: { ...mails, late: { state: "REFUSED", at: "", reason } } });
  return orderId;
}

const holds: [string, Break][] = [
  ["what came back is shown", (world) => void back(world, "bounced")],
  ["as more than it was, for it was told of twice", (world) => void back(world, "bounced", "complained")],
  ["a sender had begun before", (world) => void sendLater(world, back(world, "bounced"), 59)],
  [
    "what bounced for now stops nothing",
    (world) => void sendLater(world, back(world, "bounced_for_now"), 600),
  ],
  [
    "a mail is withheld after a complaint",
    (world) => {
      back(world, "complained");
      refused(world, world.confirmed, "complained");
    },
  ],
  [
    "a mail is withheld for another reason",
    (world) => void refused(world, world.confirmed, "quota_exceeded"),
  ],
];

test.each(holds)("A22 holds: %s", (_, act) => {
  expect(judge(createCheckers(), "A22", act).found).toEqual([]);
});

const breaks: [string, Break][] = [
  [
    "it is not shown",
    (world) => {
      world.returns.push({ mail: world.mails.at(-1) as SentMail, how: "bounced_for_now" });
      return world.mails.at(-1)?.orderId;
    },
  ],
  ["as less than it was", (world) => back(world, "complained", "bounced").orderId],
  ["mail after a bounce", (world) => sendLater(world, back(world, "bounced"), 61)],
  ["mail after a complaint", (world) => sendLater(world, back(world, "complained"), 61)],
  ["withheld, and nothing came back", (world) => refused(world, world.confirmed, "bounced")],
  [
    "withheld after what bounced for now",
    (world) => {
      back(world, "bounced_for_now");
      return refused(world, world.confirmed, "bounced");
    },
  ],
];

test.each(breaks)("A22 is broken: %s", (_, act) => {
  const { expected, found } = judge(createCheckers(), "A22", act);
  expect(found).toContainEqual(expected);
});
