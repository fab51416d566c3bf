// Deadlines behave as a list that is sorted before each take.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createDeadlines, type Deadline } from "./deadlines.ts";

const SEED = Number(process.env.FC_SEED ?? 20261127);

test("whatever is added and leaves, the soonest that is due is taken, of two the earlier one", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ act: fc.constant("add" as const), at: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.record({ act: fc.constant("take" as const), at: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant("leave" as const), at: fc.nat(30) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const deadlines = createDeadlines<number>();
      let model: Deadline<number>[] = [];
      for (const [number, { act, at }] of steps.entries()) {
        if (act === "add") model.push(deadlines.add(number, at));
        model.sort((a, b) => a.at - b.at || a.of - b.of);
        if (act === "take") {
          const due = (model[0]?.at ?? 31) <= at ? model.shift() : undefined;
          expect(deadlines.takeDue(at)).toBe(due?.of);
        }
        const one = model[at];
        if (act === "leave" && one) {
          model = model.filter((each) => each !== one);
          deadlines.delete(one);
          deadlines.delete(one);
        }
        expect(deadlines.all()).toEqual(model.map(({ of }) => of));
        expect(deadlines.size).toBe(model.length);
      }
    }),
    { seed: SEED },
  );
});
