// A line behaves as an array from whose front is taken.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createLine } from "./line.ts";

const SEED = Number(process.env.FC_SEED ?? 20261127);

test("whatever joins and leaves, the one that has waited longest is taken", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ act: "add" as const }) },
    { weight: 3, arbitrary: fc.constant({ act: "take" as const }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant("delete" as const), which: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant("again" as const), which: fc.nat(9) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const line = createLine<{ number: number }>();
      let model: { number: number }[] = [];
      for (const [number, given] of steps.entries()) {
        if (given.act === "take") expect(line.take()).toBe(model.shift());
        else if (given.act === "add") {
          model.push({ number });
          line.add(model.at(-1) as { number: number });
        } else {
          const one = model[given.which % Math.max(model.length, 1)];
          if (!one) continue;
          model = model.filter((each) => each !== one);
          expect(line.delete(one)).toBe(true);
          expect(line.delete(one)).toBe(false);
          if (given.act === "again") {
            model.push(one);
            line.add(one);
          }
        }
        expect([...line.all()]).toEqual(model);
        expect(line.size).toBe(model.length);
      }
    }),
    { seed: SEED },
  );
});
