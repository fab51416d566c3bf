// More orders than can be decided, over the shipped functions: refused, told when to come, and taken then.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { loadFunctions } from "../src/load-functions.ts";
import { admissionMutants } from "../src/mutants/admission.ts";
import type { Mutant } from "../src/mutants/mutant.ts";
import { playRush, type Refusals, type Rush } from "../src/overload.ts";

const HOUR = 3600_000;

const rush: Rush = {
  perSecond: 15,
  seconds: 20,
  decideWithinSeconds: 60,
  faults: [{ kind: "limit", at: "provider", from: 0, until: 6 * HOUR, perSecond: 5 }],
};

const play = async (given: Partial<Rush> = {}) => {
  const first = await loadFunctions();
  return playRush({ ...rush, ...given }, { first, second: first });
};

test("at a provider's limit who is refused comes again when told to, and is taken", {
  timeout: 240_000,
}, async () => {
  const result = await play();
  const { deadLetters, ratios, refusedOrders } = result;
  expect(unfairIn(result)).toEqual([]);
  expect(deadLetters).toBe(0);
  expect(refusedOrders).toBeGreaterThan(20);
  const right = ratios.filter((ratio) => ratio >= 0.5 && ratio <= 2).length / ratios.length;
  expect(right).toBeGreaterThan(0.9);
});

/** What must not be in a rush: orders that are never taken, or are refused at their own turn. */
function unfairIn({ orders, refusals, refusedOrders, taken }: Refusals): string[] {
  return [
    ...(taken < orders ? ["never taken"] : []),
    ...(refusals > 1.5 * refusedOrders ? ["refused at their turn"] : []),
  ];
}

/** The rush over code with this mistake, which only a process of its own loads. */
async function played({ file, find, name, replace, why }: Mutant): Promise<Refusals> {
  const program = `
    import { importMutated } from ${JSON.stringify(import.meta.resolve("../src/mutants/loader.ts"))};
    const trial = new URL(${JSON.stringify(import.meta.resolve("../src/mutants/rush-trial.ts"))});
    const { tryRush } = await importMutated(${JSON.stringify({ file, find, name, replace, why })}, trial);
    console.log(JSON.stringify(await tryRush(${JSON.stringify(rush)})));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return JSON.parse(stdout);
}

test.each(admissionMutants)("$name: a rush shows it", { timeout: 240_000 }, async (mutant) => {
  expect(unfairIn(await played(mutant))).not.toEqual([]);
});

test("without a limit none is refused", { timeout: 240_000 }, async () => {
  expect(await play({ faults: [] })).toMatchObject({ refusals: 0, expired: 0, captured: 300 });
});
