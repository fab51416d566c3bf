// Frames are numbered without a gap, kept while there is room, and carry only changes.

import { expect, test } from "vitest";
import type { Frame } from "./console-api.ts";
import { createDifference, createFrames, createWhole } from "./frames.ts";

const clock = (aheadSeconds: number) => ({ clock: { now: "", aheadSeconds } });
const aSeries = (maximumCharacters = 10_000, begin = 0) =>
  createFrames({ runtimeId: "r", now: () => 0, begin, maximumCharacters });

test("a frame is numbered and told; nothing is no frame", () => {
  const frames = aSeries();
  const told: Frame[] = [];
  const stop = frames.listen(({ json }) => told.push(JSON.parse(json) as Frame));
  frames.send(clock(1));
  frames.send({});
  frames.send(clock(2));
  stop();
  frames.send(clock(3));
  expect(told.map(({ clock, sequence }) => [sequence, clock?.aheadSeconds])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect([frames.sequence(), frames.listeners()]).toEqual([3, 0]);
});

test("a frame is encoded once, however many pages listen", () => {
  const frames = aSeries();
  const told: string[] = [];
  for (let page = 0; page < 20; page++) frames.listen(({ json }) => told.push(json));
  let encoded = 0;
  const now = { toJSON: () => String(++encoded) } as unknown as string;
  frames.send({ clock: { now, aheadSeconds: 0 } });
  expect([told.length, new Set(told).size, encoded]).toEqual([20, 1, 1]);
});

test("frames after a known number; undefined if some are gone or the number is still to come", () => {
  const frames = aSeries();
  for (let count = 1; count <= 5; count++) frames.send(clock(count));
  expect(frames.since(3)?.map(({ sequence }) => sequence)).toEqual([4, 5]);
  expect(frames.since(5)).toEqual([]);
  expect(frames.since(0)).toHaveLength(5);
  expect(frames.since(6)).toBeUndefined();
});

test("the oldest frames go when there is no room", () => {
  const frames = aSeries(300);
  for (let count = 1; count <= 50; count++) frames.send(clock(count));
  expect(frames.since(0)).toBeUndefined();
  expect(frames.since(49)).toHaveLength(1);
});

test("of a list only what changed, of a whole only when it changed", () => {
  const difference = createDifference<{ id: string; value: number }>(({ id }) => id);
  expect(
    difference([
      { id: "a", value: 1 },
      { id: "b", value: 1 },
    ]),
  ).toHaveLength(2);
  expect(
    difference([
      { id: "a", value: 1 },
      { id: "b", value: 2 },
    ]),
  ).toEqual([{ id: "b", value: 2 }]);
  // What was gone is news again, and is not remembered in the meantime.
  expect(difference([{ id: "b", value: 2 }])).toEqual([]);
  expect(difference([{ id: "a", value: 1 }])).toEqual([{ id: "a", value: 1 }]);
  const whole = createWhole<number[]>();
  expect([whole([1]), whole([1]), whole([])]).toEqual([[1], undefined, []]);
});

test("a number of an earlier run is none of this one", () => {
  const frames = aSeries(10_000, 1_000);
  frames.send(clock(1));
  expect(frames.since(7)).toBeUndefined();
  expect(frames.since(999)).toBeUndefined();
  expect(frames.since(1_000)).toHaveLength(1);
});

test("what was left out is missed by every page", () => {
  const frames = aSeries();
  frames.send(clock(1));
  frames.skip();
  expect([frames.since(1), frames.since(2)]).toEqual([undefined, []]);
  frames.send(clock(2));
  expect([frames.since(1), frames.since(2)?.length]).toEqual([undefined, 1]);
});
