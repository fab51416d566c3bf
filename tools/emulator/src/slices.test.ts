// Work in slices: it goes on while a slice lasts, then rests, then a new slice begins.
import { expect, test } from "vitest";
import { createSlices } from "./slices.ts";

test("between two slices the process is left alone, and the rest is no part of the next slice", async () => {
  let time = 0;
  const rests: number[] = [];
  const slices = createSlices({
    milliseconds: 10,
    restMilliseconds: 30,
    now: () => time,
    rest: async (milliseconds) => {
      rests.push(milliseconds);
      time += milliseconds;
    },
  });
  for (let step = 0; step < 25; step++) {
    time += 1;
    await slices();
  }
  expect(rests).toEqual([30, 30]);
});
