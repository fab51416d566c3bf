// Every fault and every preset in words that a person reads, none of them a list of fields.
import { expect, test } from "vitest";
import { openFaultBoard } from "./board.ts";
import { describeFault } from "./describe.ts";
import type { GivenFault } from "./fault.ts";
import { presets, presetWords } from "./presets.ts";

function wordsOf(fault: GivenFault): string | undefined {
  const board = openFaultBoard(undefined);
  board.set([fault], 1);
  return board.list().map(describeFault)[0];
}

test.each<[GivenFault, string]>([
  [{ kind: "fail" }, "every reaction fails"],
  [{ kind: "crash", reaction: "reserve-stock" }, "reserve-stock dies after its work"],
  [{ kind: "time-out", effect: "before" }, "every reaction runs out of time before its work"],
  [{ kind: "duplicate" }, "events come twice"],
  [{ kind: "duplicate", copies: 2, reaction: "reserve-stock" }, "events come to reserve-stock 3 times"],
  [{ kind: "delay", seconds: 9 }, "events come 9 s late"],
  [{ kind: "reorder" }, "events come up to 30 s late and overtake each other"],
  [{ kind: "poison", times: 3 }, "an unreadable message comes beside an event, 3 more times"],
  [{ kind: "queue-down", chance: 0.05 }, "the queue of every reaction refuses events, 5 % of the time"],
  [{ kind: "put-events", outcome: "answer-lost" }, "the bus takes events, but its answer is lost"],
  [
    { kind: "put-events", outcome: "refused", event: "OrderPlaced", times: 1 },
    "the bus refuses OrderPlaced, 1 more time",
  ],
  [
    { kind: "provider", outcome: "slow", milliseconds: 2000, operation: "capture" },
    "the payment provider answers late by 2000 ms, to capture only",
  ],
  [
    { kind: "provider", outcome: "down", orderId: `ord_${"0".repeat(32)}` },
    `the payment provider does not answer, for ord_${"0".repeat(32)} only`,
  ],
  [{ kind: "webhook", outcome: "late" }, "the provider's webhooks come late, by up to 60 s"],
  [
    { kind: "webhook", outcome: "lost", event: "charge.refunded" },
    "the provider's charge.refunded webhooks are lost",
  ],
  [{ kind: "limit", of: "mail", perSecond: 5 }, "the mail service takes 5 a second"],
  [{ kind: "contention" }, "tables take their time and refuse what is more than 4000 writes a second"],
  [
    { kind: "stale-reads", withinSeconds: 5 },
    "reads that need not be consistent show what was there up to 5 s before",
  ],
  [{ kind: "mail", outcome: "unknown" }, "the mail service sends mails, but its answers are lost"],
])("%j in words", (fault, words) => {
  expect(wordsOf(fault)).toBe(words);
});

test("each preset has a sentence", () => {
  for (const name of Object.keys(presets) as (keyof typeof presets)[])
    expect(presetWords[name]).toMatch(/^[A-Z].{20,}\.$/);
});
