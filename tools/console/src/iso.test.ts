// Times as text are those of a Date, whatever was formatted before.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { iso } from "./iso.ts";

test("a moment is written as a Date writes it", () => {
  const moment = fc.integer({ min: -(10 ** 12), max: 4 * 10 ** 12 });
  const near = fc.integer({ min: -1500, max: 1500 });
  fc.assert(
    fc.property(moment, fc.array(near), (begin, steps) => {
      for (const each of [begin, ...steps.map((step) => begin + step)])
        expect(iso(each)).toBe(new Date(each).toISOString());
    }),
  );
});
