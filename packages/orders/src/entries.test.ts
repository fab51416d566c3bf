// Refunds and disputes of an order: the same end in any order of arrival, and what a person must do.
import { anEvent } from "@order-saga/messaging/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { attentionTo, type Entries, type EntryEvent, entryTimes, sumRefunded, withEntry } from "./entries.ts";

const minute = 60_000;
const start = Date.UTC(2026, 10, 29);
const refund = (type: "RefundMade" | "RefundFailed", refundId: string, amount: number, minutes = 0) =>
  anEvent(type, { now: start + minutes * minute, data: { refundId, amount, source: "shop" } });
const opened = (disputeId: string) => anEvent("DisputeOpened", { data: { disputeId, amount: 719 } });
const closed = (disputeId: string, outcome: "won" | "lost") =>
  anEvent("DisputeClosed", { data: { disputeId, amount: 719, outcome } });
const heard = (events: readonly EntryEvent[]) => events.reduce<Entries>(withEntry, {});

test("each refund and each dispute is an entry of its own", () => {
  const entries = heard([refund("RefundMade", "rf_1", 333), refund("RefundMade", "rf_2", 7), opened("dp_1")]);
  expect(entries.refunds).toMatchObject({
    rf_1: { amount: 333, status: "made", source: "shop" },
    rf_2: { amount: 7, status: "made" },
  });
  expect(entries.disputes).toMatchObject({ dp_1: { amount: 719, status: "opened" } });
  expect(sumRefunded(entries)).toBe(340);
  expect(entryTimes(entries).map(({ type }) => type)).toEqual(["RefundMade", "RefundMade", "DisputeOpened"]);
});

const all: readonly EntryEvent[] = [
  refund("RefundMade", "rf_1", 333),
  refund("RefundMade", "rf_2", 91),
  refund("RefundFailed", "rf_2", 91, 5),
  refund("RefundFailed", "rf_3", 17, 9),
  opened("dp_1"),
  closed("dp_1", "lost"),
  opened("dp_2"),
  closed("dp_3", "won"),
];

test("in any order, any number of times, the end is the same; a duplicate changes nothing", () => {
  const arrivals = fc
    .array(fc.constantFrom(...all), { maxLength: 8 })
    .chain((again) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }));
  fc.assert(
    fc.property(arrivals, (events) => {
      const entries = heard(events);
      expect(entries).toEqual(heard(all));
      for (const event of events) expect(withEntry(entries, event)).toBe(entries);
    }),
  );
  const times = entryTimes(heard(all)).map(({ at, type }) => `${type} ${at}`);
  expect(times.sort()).toEqual(all.map(({ occurredAt, type }) => `${type} ${occurredAt}`).sort());
  expect(sumRefunded(heard(all))).toBe(333);
  expect(heard(all).refunds).toMatchObject({ rf_2: { status: "failed" }, rf_3: { status: "failed" } });
  expect(heard(all).disputes).toMatchObject({
    dp_1: { status: "lost" },
    dp_2: { status: "opened" },
    dp_3: { status: "won" },
  });
});

test("a person must give a failed refund back, and answer an open dispute", () => {
  expect(attentionTo(heard(all), "EUR")).toEqual([
    "The refund rf_2 failed: give 0.91 EUR back by another way.",
    "The refund rf_3 failed: give 0.17 EUR back by another way.",
    "The dispute dp_2 of 7.19 EUR is open: answer it.",
  ]);
  expect(attentionTo(heard([refund("RefundFailed", "rf_1", 719)]), "JPY")).toEqual([
    "The refund rf_1 failed: give 719 JPY back by another way.",
  ]);
  expect(attentionTo({}, "EUR")).toEqual([]);
});

test("nothing is left to do of a failed refund once a later one gave as much back", () => {
  const failed = refund("RefundFailed", "rf_1", 333);
  const after = (minutes: number, amount: number) =>
    attentionTo(heard([failed, refund("RefundMade", "rf_2", amount, minutes)]), "EUR");
  expect(after(5, 333)).toEqual([]);
  expect(after(5, 332)).toHaveLength(1);
  expect(after(-5, 333)).toHaveLength(1);
  const failedToo = refund("RefundFailed", "rf_2", 333, 5);
  expect(attentionTo(heard([failed, failedToo]), "EUR")).toHaveLength(2);
});
