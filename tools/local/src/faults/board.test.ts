// Which fault strikes when: in order, by kind, as often as asked, by chance from the seed, and on after a
// restart.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type FaultBoard, openFaultBoard } from "./board.ts";
import { describeFaults } from "./describe.ts";
import type { GivenFault } from "./fault.ts";

function aBoard(faults: GivenFault[], seed = 1): FaultBoard {
  const board = openFaultBoard(undefined);
  board.set(faults, seed);
  return board;
}

const strikes = (board: FaultBoard, count: number) =>
  Array.from({ length: count }, () => board.strike("fail", () => true) !== undefined);

test("no fault strikes before it is set", () => {
  const board = openFaultBoard(undefined);
  expect(board.list()).toEqual([]);
  expect(strikes(board, 3)).toEqual([false, false, false]);
});

test("a fault strikes as often as it says, and each is counted", () => {
  const board = aBoard([{ kind: "fail", times: 2 }]);
  expect(strikes(board, 4)).toEqual([true, true, false, false]);
  expect(board.list()).toMatchObject([{ id: "fault-1", kind: "fail", hits: 2, left: 0 }]);
});

test("without a number it strikes until it is removed", () => {
  const board = aBoard([{ kind: "fail" }]);
  expect(strikes(board, 100)).not.toContain(false);
  expect(board.list()[0]).toMatchObject({ hits: 100 });
  expect(board.list()[0]).not.toHaveProperty("left");
  expect(board.remove("fault-1")).toBe(true);
  expect(board.remove("fault-1")).toBe(false);
  expect(strikes(board, 1)).toEqual([false]);
});

test("what it does not fit is neither struck nor counted, and leaves the next fault its turn", () => {
  const board = aBoard([
    { kind: "fail", reaction: "reserve-stock", times: 1 },
    { kind: "crash" },
    { kind: "fail", reaction: "commit-stock" },
  ]);
  const strikeAt = (reaction: string) =>
    board.strike("fail", (fault) => fault.reaction === reaction)?.fault.reaction;
  expect(strikeAt("commit-stock")).toBe("commit-stock");
  expect(strikeAt("release-stock")).toBeUndefined();
  expect(strikeAt("reserve-stock")).toBe("reserve-stock");
  expect(strikeAt("reserve-stock")).toBeUndefined();
  expect(board.list().map(({ hits }) => hits)).toEqual([1, 0, 1]);
});

test("chance is the same for the same seed, another for another, and as likely as it says", () => {
  const faults: GivenFault[] = [{ kind: "fail", chance: 0.3 }];
  const first = strikes(aBoard(faults, 7), 1000);
  expect(strikes(aBoard(faults, 7), 1000)).toEqual(first);
  expect(strikes(aBoard(faults, 8), 1000)).not.toEqual(first);
  const hits = first.filter(Boolean).length;
  expect(hits).toBeGreaterThan(250);
  expect(hits).toBeLessThan(350);
});

test("two faults of the same kind draw by themselves", () => {
  const board = aBoard([
    { kind: "fail", chance: 0.5, reaction: "reserve-stock" },
    { kind: "fail", chance: 0.5, reaction: "commit-stock" },
  ]);
  const drawn = ["reserve-stock", "commit-stock"].map((name) =>
    Array.from({ length: 50 }, () => board.strike("fail", ({ reaction }) => reaction === name) !== undefined),
  );
  expect(drawn[0]).not.toEqual(drawn[1]);
});

test("what is on outlives a restart, with its hits and the place in its draws", () => {
  const directory = mkdtempSync(join(tmpdir(), "faults-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const faults: GivenFault[] = [{ kind: "fail", times: 30, chance: 0.5 }];
  const whole = strikes(aBoard(faults, 3), 60);
  const first = openFaultBoard(directory);
  first.set(faults, 3);
  const upToAHit = whole.lastIndexOf(true, 29) + 1;
  const drawn = strikes(first, upToAHit);
  const second = openFaultBoard(directory);
  expect(second.list()).toEqual(first.list());
  expect([...drawn, ...strikes(second, 60 - upToAHit)]).toEqual(whole);
  second.remove();
  expect(openFaultBoard(directory).list()).toEqual([]);
});

test("faults that are added leave the others as they are, also those that are spent", () => {
  const board = aBoard([{ kind: "poison", times: 1 }, { kind: "fail" }], 7);
  board.strike("poison", () => true);
  board.remove("fault-2");
  board.add([{ kind: "fail" }, { kind: "crash" }]);
  expect(board.list()).toMatchObject([
    { id: "fault-1", kind: "poison", hits: 1, left: 0 },
    { id: "fault-2", kind: "fail" },
    { id: "fault-3", kind: "crash" },
  ]);
  expect(board.seed()).toBe(7);
});

test("faults are said in words, those that are over not at all", () => {
  const board = aBoard([
    { kind: "provider", outcome: "down" },
    { kind: "fail", reaction: "reserve-stock", times: 2, chance: 0.5 },
    { kind: "poison", times: 1 },
  ]);
  board.strike("poison", () => true);
  board.strike("provider", () => true);
  expect(describeFaults(board)).toEqual([
    "fault-1: the payment provider does not answer, has struck 1 time",
    "fault-2: reserve-stock fails, 50 % of the time, 2 more times",
  ]);
});
