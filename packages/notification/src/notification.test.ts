// The rules of an order's mails: each at most once, in order, none confirmed after a cancelled.
import type { RefundSource } from "@order-saga/contracts";
import { anEvent, testNow, testOrderId } from "@order-saga/messaging/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  blank,
  claimNextMail,
  type Heard,
  hear,
  isLateNews,
  type MailKind,
  type Notification,
  type Sending,
  secondsAside,
  secondsUntilDue,
  sentAgain,
  settle,
} from "./notification.ts";

const minute = 60_000;
const claimant = { by: "a", now: testNow, claimLife: minute };
const other = { by: "b", now: testNow, claimLife: minute };

const placed = anEvent("OrderPlaced");
const confirmed = anEvent("OrderConfirmed");
const rejected = anEvent("OrderRejected");
const cancelled = anEvent("OrderCancelled");

function heardAll(...events: Heard[]): Notification {
  return events.reduce((notification, event) => hear(notification, event, testNow), blank(testOrderId));
}

const sentBy = { state: "SENT", providerMessageId: "m-1" } as const;

/** Sends everything that may be sent now, and says which mails went out. */
function sendAll(notification: Notification): { notification: Notification; sent: MailKind[] } {
  const sent: MailKind[] = [];
  let claimed = claimNextMail(notification, claimant);
  while (claimed.next.do === "send") {
    sent.push(claimed.next.kind);
    claimed = claimNextMail(settle(claimed.notification, claimed.next.kind, sentBy, claimant), claimant);
  }
  return { notification: claimed.notification, sent };
}

test("an order that was placed has its first mail due, and nothing else", () => {
  expect(heardAll(placed).mails).toEqual({ received: { state: "DUE", at: "2026-01-05T12:00:00.000Z" } });
});

test("an outcome that arrives before its order waits: there is no contact to write to", () => {
  const waiting = heardAll(confirmed);
  expect(waiting.mails).toEqual({});
  expect(claimNextMail(waiting, claimant).next).toEqual({ do: "rest" });
});

test("rejected before placed: the order brings both mails, received first", () => {
  expect(sendAll(heardAll(rejected, placed)).sent).toEqual(["received", "rejected"]);
});

test("an order that is heard past its deadline has one mail, its end, in either order", () => {
  const late = Date.parse(placed.data.decideBy);
  for (const end of [confirmed, rejected, cancelled]) {
    for (const events of [
      [placed, end],
      [end, placed],
    ]) {
      const heard = events.reduce((read, event) => hear(read, event, late), blank(testOrderId));
      expect(heard.mails.received?.state).toBe("SUPERSEDED");
      expect(sendAll(heard).sent).toEqual(Object.keys(heard.outcomes));
    }
  }
  expect(sendAll(hear(blank(testOrderId), placed, late - 1)).sent).toEqual(["received"]);
});

test("a mail of receipt that waits for its turn past the deadline is sent: it was due before", () => {
  const waiting = heardAll(placed);
  expect(hear(waiting, placed, Date.parse(placed.data.decideBy))).toBe(waiting);
  expect(sendAll(waiting).sent).toEqual(["received"]);
});

test("a fact heard again changes nothing", () => {
  const known = heardAll(placed, confirmed, cancelled);
  for (const event of [placed, confirmed, cancelled])
    expect(hear(known, event, testNow + minute)).toBe(known);
});

test("confirmed after cancelled is superseded", () => {
  const { notification } = sendAll(heardAll(placed, cancelled));
  const late = hear(notification, confirmed, testNow);
  expect(late.mails.confirmed?.state).toBe("SUPERSEDED");
  expect(sendAll(late).sent).toEqual([]);
});

test("cancelled waits while confirmed may be on its way", () => {
  const { notification } = sendAll(heardAll(placed));
  const claimed = claimNextMail(hear(notification, confirmed, testNow), claimant).notification;
  expect(claimNextMail(hear(claimed, cancelled, testNow), other).next).toEqual({
    do: "wait",
    kind: "confirmed",
  });
});

test("confirmed that was given back after a cancel is superseded, not sent", () => {
  const { notification } = sendAll(heardAll(placed));
  const claimed = claimNextMail(hear(notification, confirmed, testNow), claimant).notification;
  const released = settle(hear(claimed, cancelled, testNow), "confirmed", { state: "NOT_SENT" }, claimant);
  expect(released.mails.confirmed?.state).toBe("SUPERSEDED");
  expect(sendAll(released).sent).toEqual(["cancelled"]);
});

test("a young claim of another delivery is waited for; an old one becomes UNKNOWN and the rest goes on", () => {
  const claimed = claimNextMail(heardAll(placed, rejected), claimant).notification;
  expect(claimNextMail(claimed, { ...other, now: testNow + minute - 1 }).next.do).toBe("wait");
  const late = claimNextMail(claimed, { ...other, now: testNow + minute });
  expect(late.becameUnknown).toEqual(["received"]);
  expect(late.notification.mails.received).toEqual({
    state: "UNKNOWN",
    at: "2026-01-05T12:01:00.000Z",
    by: "a",
    claimedAt: "2026-01-05T12:00:00.000Z",
  });
  expect(late.next).toEqual({ do: "send", kind: "rejected" });
});

test("a claim stored by a write whose answer was lost is still its own", () => {
  const { notification } = claimNextMail(heardAll(placed), claimant);
  const again = claimNextMail(notification, claimant);
  expect(again.next).toEqual({ do: "send", kind: "received" });
  expect(again.notification).toBe(notification);
});

test("only the holder of a claim settles it, also after others gave it up", () => {
  const claimed = claimNextMail(heardAll(placed), claimant).notification;
  const unknown = claimNextMail(claimed, { ...other, now: testNow + minute }).notification;
  expect(settle(unknown, "received", sentBy, other)).toBe(unknown);
  expect(settle(unknown, "received", sentBy, claimant).mails.received?.state).toBe("SENT");
});

test("a claim that others gave up is not given back: no delivery is left that would send the mail", () => {
  const claimed = claimNextMail(heardAll(placed), claimant).notification;
  const unknown = claimNextMail(claimed, { ...other, now: testNow + minute }).notification;
  expect(settle(unknown, "received", { state: "NOT_SENT" }, claimant)).toBe(unknown);
});

test("a refused mail keeps the provider's reason", () => {
  const claimed = claimNextMail(heardAll(placed), claimant).notification;
  const refused = settle(claimed, "received", { state: "REFUSED", reason: "MessageRejected" }, claimant);
  expect(refused.mails.received).toMatchObject({ state: "REFUSED", reason: "MessageRejected" });
  expect(claimNextMail(refused, other).next).toEqual({ do: "rest" });
});

test("rejected together with confirmed or cancelled is impossible, and said so", () => {
  expect(() => hear(heardAll(confirmed), rejected, testNow)).toThrow("rejected and also confirmed");
  expect(() => hear(heardAll(rejected), cancelled, testNow)).toThrow(
    expect.objectContaining({ name: "InvariantViolation" }),
  );
});

test("what is not claimed cannot be settled", () => {
  const due = heardAll(placed);
  expect(settle(due, "received", sentBy, claimant)).toBe(due);
  expect(settle(due, "confirmed", sentBy, claimant)).toBe(due);
  const { notification: sent } = sendAll(due);
  expect(settle(sent, "received", { state: "NOT_SENT" }, claimant)).toBe(sent);
});

const bulkPlaced = anEvent("BulkPlaced", { data: { count: 7, currency: "HUF" } });
const completed = anEvent("BulkCompleted", { data: { count: 7, confirmed: 4, rejected: 2, cancelled: 1 } });

test("a bulk has one mail, when all its orders have ended, whichever is heard first", () => {
  const running = heardAll(bulkPlaced);
  expect(running.mails).toEqual({});
  expect(running.placed).toEqual({
    personal: bulkPlaced.data.personal,
    addressVerified: true,
    lines: [],
    amount: 0,
    currency: "HUF",
    bulkOf: 7,
  });
  expect(hear(running, bulkPlaced, testNow + minute)).toBe(running);
  const waiting = heardAll(completed);
  expect(waiting.mails).toEqual({});
  for (const each of [hear(running, completed, testNow), hear(waiting, bulkPlaced, testNow)]) {
    expect(each.outcomes).toEqual({ completed: completed.data });
    expect(sendAll(each).sent).toEqual(["completed"]);
    expect(hear(each, completed, testNow + minute)).toBe(each);
  }
});

const toStranger = anEvent("OrderPlaced", { data: { addressVerified: false } });
const refusedFor = (reason: string) => ({ state: "REFUSED", at: "2026-01-05T12:00:00.000Z", reason });

test("nothing is due to an address that is not verified while no money was taken", () => {
  const waiting = heardAll(toStranger, anEvent("PaymentActionRequired"));
  expect(waiting.mails).toEqual({});
  expect(waiting.placed).toMatchObject({ addressVerified: false });
});

test.each([
  ["a decline", [rejected], ["received", "rejected"]],
  [
    "a cancellation without a charge",
    [anEvent("OrderCancelled", { data: { refunded: false } })],
    ["received", "cancelled"],
  ],
  [
    "a rejection whose hold may have been none",
    [anEvent("OrderRejected", { data: { held: true } })],
    ["received", "rejected"],
  ],
] as [string, Heard[], MailKind[]][])(
  "%s refuses its mails to a stranger's address, in any order",
  (_, end, kinds) => {
    for (const events of [
      [toStranger, ...end],
      [...end, toStranger],
    ]) {
      const { mails } = heardAll(...events);
      expect(mails).toEqual(
        Object.fromEntries(kinds.map((kind) => [kind, refusedFor("address_not_verified")])),
      );
      expect(sendAll(heardAll(...events)).sent).toEqual([]);
    }
  },
);

test.each([
  ["confirmed", [confirmed], ["received", "confirmed"]],
  [
    "given back after the charge",
    [anEvent("OrderCancelled", { data: { refunded: true } })],
    ["received", "cancelled"],
  ],
  [
    "refunded in part, which is heard first",
    [anEvent("RefundMade"), confirmed],
    ["received", "confirmed", "refund"],
  ],
] as [string, Heard[], string[]][])(
  "an order that was paid and %s is mailed to any address",
  (_, events, kinds) => {
    const { sent } = sendAll(heardAll(toStranger, ...events));
    expect(sent.map((kind) => kind.replace(/:.*/, ""))).toEqual(kinds);
  },
);

test("a bulk's result goes to a stranger's address only if an order of it was paid", () => {
  const bulk = anEvent("BulkPlaced", { data: { addressVerified: false } });
  const ended = (confirmed: number) => anEvent("BulkCompleted", { data: { confirmed } });
  expect(heardAll(bulk, ended(0)).mails).toEqual({ completed: refusedFor("address_not_verified") });
  expect(sendAll(heardAll(ended(1), bulk)).sent).toEqual(["completed"]);
});

test("an order of an earlier release says nothing of its address, and is mailed as it was then", () => {
  const { addressVerified: _, ...data } = placed.data;
  expect(sendAll(heardAll({ ...placed, data }, rejected)).sent).toEqual(["received", "rejected"]);
});

const asked = anEvent("PaymentActionRequired");
const aRefund = (refundId: string, source: RefundSource = "shop", amount = 333) =>
  anEvent("RefundMade", { data: { refundId, source, amount } });

test("a customer who is asked is written to after two minutes, to the second; all else is due at once", () => {
  expect(secondsUntilDue(asked, testNow)).toBe(120);
  expect(secondsUntilDue(asked, testNow + 119_001)).toBe(1);
  expect(secondsUntilDue(asked, testNow + 2 * minute)).toBe(0);
  expect(secondsUntilDue(asked, testNow + 5 * minute)).toBe(0);
  for (const event of [placed, confirmed, rejected, cancelled, aRefund("rf_1")])
    expect(secondsUntilDue(event, testNow)).toBe(0);
});

test("a customer who is asked is mailed between received and the end", () => {
  expect(sendAll(heardAll(placed, asked)).sent).toEqual(["received", "action"]);
  expect(sendAll(heardAll(asked, placed)).sent).toEqual(["received", "action"]);
});

test.each([confirmed, rejected, cancelled])("after $type nobody is asked any more", (end) => {
  expect(sendAll(heardAll(placed, end, asked)).sent).not.toContain("action");
  const superseded = heardAll(placed, asked, end);
  expect(superseded.mails.action?.state).toBe("SUPERSEDED");
  expect(sendAll(superseded).sent).not.toContain("action");
});

test("a customer who is asked twice has the time that was said first", () => {
  const later = { ...asked, data: { ...asked.data, actionBy: "2026-01-05T12:59:00.000Z" } };
  const first = heardAll(placed, asked);
  expect(hear(first, later, testNow)).toBe(first);
});

test.each<[string, Heard, number, boolean]>([
  ["an expired order", anEvent("OrderRejected", { data: { reason: "expired" } }), 0, true],
  [
    "an expired order of a day ago",
    anEvent("OrderRejected", { data: { reason: "expired" } }),
    24 * 60 * minute,
    false,
  ],
  ["a declined card", anEvent("OrderRejected", { data: { reason: "card_declined" } }), 0, false],
  ["a cancelled order", cancelled, 0, false],
])("%s is the late news that gives way: %s", (_, event, after, isLate) => {
  expect(isLateNews(event, Date.parse(event.occurredAt) + after)).toBe(isLate);
});

test("late news gives way for two to ten minutes, of each order another time", () => {
  expect(secondsAside(`ord_${"0".repeat(32)}`)).toBe(120);
  expect(secondsAside(`ord_${"0".repeat(28)}01df`)).toBe(599);
  expect(secondsAside(`ord_${"0".repeat(28)}01e0`)).toBe(120);
});

test("an operator has a mail sent again that was refused or may have been sent, and counts how often", () => {
  const refused = { state: "REFUSED", reason: "bounced" } as const;
  const [at, later] = [new Date(testNow).toISOString(), testNow + 1001];
  const claimed = claimNextMail(heardAll(placed), claimant).notification;
  const ended = settle(claimed, "received", refused, claimant);
  const once = sentAgain(ended, "received", later);
  expect(once).toMatchObject({
    mails: { received: { state: "DUE", at: new Date(later).toISOString() } },
    sentAgain: { received: 1 },
    version: ended.version + 1,
  });
  const unknown = { ...once, mails: { received: { state: "UNKNOWN", at } } } as Notification;
  expect(sentAgain(unknown, "received", later)).toMatchObject({ sentAgain: { received: 2 } });
  for (const rest of [claimed, sendAll(heardAll(placed)).notification, blank(testOrderId)])
    expect(sentAgain(rest, "received", later)).toBe(rest);
});

test("a customer whose time is over is not asked", () => {
  const late = Date.parse(asked.data.actionBy);
  const { mails } = [placed, asked].reduce((read, event) => hear(read, event, late), blank(testOrderId));
  expect(Object.keys(mails)).toEqual(["received"]);
});

test("each refund of the shop or at the provider has a mail of its own, each once", () => {
  const heard = heardAll(placed, confirmed, aRefund("rf_2"), aRefund("re_1", "provider"), aRefund("rf_2"));
  const { notification, sent } = sendAll(heard);
  expect(sent).toEqual(["received", "confirmed", "refund:rf_2", "refund:re_1"]);
  expect(hear(notification, aRefund("re_1", "provider"), testNow)).toBe(notification);
  expect(sendAll(hear(notification, aRefund("rf_3"), testNow)).sent).toEqual(["refund:rf_3"]);
});

test("a refund of a cancellation has no other mail than the cancellation's", () => {
  for (const source of ["cancellation", "abort"] as const) {
    const known = heardAll(placed);
    expect(hear(known, aRefund("cancellation-1", source), testNow)).toBe(known);
  }
});

test("a refund that arrives before its order waits, and its mail comes last", () => {
  expect(heardAll(aRefund("rf_1")).mails).toEqual({});
  expect(sendAll(heardAll(aRefund("rf_1"), confirmed, placed)).sent).toEqual([
    "received",
    "confirmed",
    "refund:rf_1",
  ]);
});

/**
 * What one of several deliveries does next: hear an event, claim the next mail, or learn how its sending
 * ended.
 */
type Step = { event: number; by: string; wait: number; ending: "SENT" | "REFUSED" | "NOT_SENT" | "crash" };

const steps = fc.array(
  fc.record<Step>({
    event: fc.nat(2),
    by: fc.constantFrom("a", "b", "c"),
    wait: fc.constantFrom(0, 1000, 2 * minute),
    ending: fc.constantFrom("SENT", "SENT", "REFUSED", "NOT_SENT", "crash"),
  }),
  { maxLength: 30 },
);

test("in any order, any number of times and with any failure: each mail at most once, none confirmed after cancelled", () => {
  const stories: Heard[][] = [
    [placed, confirmed, cancelled],
    [placed, rejected, placed],
    [placed, aRefund("rf_1"), aRefund("rf_2")],
  ];
  fc.assert(
    fc.property(fc.constantFrom(...stories), steps, (story, claimed) => {
      const wentOut: MailKind[] = [];
      let now = testNow;
      let notification = blank(testOrderId);
      claimed.forEach((step, delivery) => {
        now += step.wait;
        const asker = { by: `${step.by}-${delivery}`, now, claimLife: minute };
        notification = hear(notification, story[step.event] ?? placed, now);
        const asked = claimNextMail(notification, asker);
        notification = asked.notification;
        if (asked.next.do !== "send") return;
        const { kind } = asked.next;
        // A crash may come before or after the mail went out; the worse is after.
        if (step.ending === "SENT" || step.ending === "crash") wentOut.push(kind);
        if (step.ending === "crash") return;
        const ending: Sending =
          step.ending === "SENT"
            ? sentBy
            : step.ending === "REFUSED"
              ? { state: "REFUSED", reason: "x" }
              : { state: "NOT_SENT" };
        notification = settle(notification, kind, ending, asker);
      });
      expect(new Set(wentOut).size).toBe(wentOut.length);
      if (wentOut.includes("cancelled")) {
        expect(wentOut.slice(wentOut.indexOf("cancelled"))).not.toContain("confirmed");
      }
    }),
  );
});

test("facts in any order and multiplicity end in the same mails", () => {
  const events: Heard[] = [placed, confirmed, cancelled, aRefund("rf_1")];
  const order = fc
    .array(fc.constantFrom(...events), { maxLength: 6 })
    .chain((extra) =>
      fc.shuffledSubarray([...events, ...extra], { minLength: events.length + extra.length }),
    );
  fc.assert(
    fc.property(order, (heard) => {
      const end = sendAll(heardAll(...heard));
      expect(end.sent).toEqual(["received", "cancelled", "refund:rf_1"]);
      expect(end.notification.mails.confirmed?.state).toBe("SUPERSEDED");
    }),
  );
});
