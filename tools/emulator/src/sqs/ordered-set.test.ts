// An ordered set behaves as an array from whose front is taken.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createOrderedSet } from "./ordered-set.ts";

const SEED = Number(process.env.FC_SEED ?? 20261127);

test("after any additions and deletions, the element that was added first is taken", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ act: "add" as const }) },
    { weight: 3, arbitrary: fc.constant({ act: "take" as const }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant("delete" as const), which: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant("again" as const), which: fc.nat(9) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const set = createOrderedSet<{ number: number }>();
      let model: { number: number }[] = [];
      for (const [number, given] of steps.entries()) {
        if (given.act === "take") expect(set.take()).toBe(model.shift());
        else if (given.act === "add") {
          model.push({ number });
          set.add(model.at(-1) as { number: number });
        } else {
          const one = model[given.which % Math.max(model.length, 1)];
          if (!one) continue;
          model = model.filter((each) => each !== one);
          expect(set.delete(one)).toBe(true);
          expect(set.delete(one)).toBe(false);
          if (given.act === "again") {
            model.push(one);
            set.add(one);
          }
        }
        expect([...set.all()]).toEqual(model);
        expect(set.size).toBe(model.length);
      }
    }),
    { seed: SEED },
  );
});
