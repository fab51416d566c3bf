// A sale beyond the limits of provider and mail: every order is charged and told of, and none a dead letter.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Violation } from "../src/checkers/observed.ts";
import type { Edit } from "../src/mutants/mutant.ts";
import type { Fault, Plan } from "../src/plan.ts";
import { aPlan, aPlannedOrder, endOf, run } from "../src/testing.ts";

const ORDERS = 161;

const limit = (at: "provider" | "mail", perSecond: number): Fault => ({
  kind: "limit",
  at,
  from: 0,
  until: 3600_000,
  perSecond,
});

/** Forty orders a second. */
const saleOf = (orders: number, ...faults: Fault[]): Plan =>
  aPlan({
    orders: Array.from({ length: orders }, (_, index) =>
      aPlannedOrder({ number: index + 1, at: index * 25, customer: `customer-${index}` }),
    ),
    products: [{ sku: "TEA-ASSAM", unitPrice: 850, stock: 5 * orders }],
    faults,
  });

/** Five orders a second can be authorised, five captured, and one mail sent. */
const sale = saleOf(ORDERS, limit("provider", 5), limit("mail", 1));

test("at the limits all orders are charged and told of", { timeout: 120_000 }, async () => {
  const ran = await run(sale);
  expect(ran.violations).toEqual([]);
  expect(new Set(sale.orders.map((order) => endOf(ran, order)))).toEqual(new Set(["CAPTURED/COMMITTED"]));
  expect(ran.world.observed.mails).toHaveLength(2 * ORDERS);
  const refused = ran.met.get("limit") ?? 0;
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(0.25 * 4 * ORDERS);
});

// A call of the provider takes twenty times the pace each way, and a mail ten times.
test.for([
  { at: "provider", call: 2.5, takes: 0.1 },
  { at: "provider", call: 10, takes: 0.4 },
  { at: "mail", call: 20, takes: 0.4 },
] as const)(
  "where each call of the $at takes $takes s, one in a hundred is refused at most",
  { timeout: 240_000 },
  async ({ at, call }) => {
    for (const seed of [1, 2, 3]) {
      const plan = saleOf(400, limit(at, 5));
      const ran = await run({ ...plan, seed, pace: { ...plan.pace, call } });
      expect(ran.violations).toEqual([]);
      expect(new Set(plan.orders.map((order) => endOf(ran, order)))).toEqual(new Set(["CAPTURED/COMMITTED"]));
      // Of 400 authorisations and 400 captures, or of 800 mails.
      expect(ran.met.get("limit"), `seed ${seed}`).toBeLessThanOrEqual(8);
    }
  },
);

/** The first violation of the sale over code with this edit. */
async function brokenBy(edit: Edit): Promise<Violation | undefined> {
  const program = `
    import { importMutated } from ${JSON.stringify(import.meta.resolve("../src/mutants/loader.ts"))};
    const trial = new URL(${JSON.stringify(import.meta.resolve("../src/mutants/trial.ts"))});
    const { tryPlan } = await importMutated({ name: "sale", why: "", ...${JSON.stringify(edit)} }, trial);
    console.log(JSON.stringify((await tryPlan(${JSON.stringify(sale)})) ?? null));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return JSON.parse(stdout) ?? undefined;
}

test("a mail without a turn that is delivered again becomes a dead letter, which is found", {
  timeout: 120_000,
}, async () => {
  const broken = await brokenBy({
    file: "notification/src/reactions.ts",
    find: "if (seconds === undefined || waited > LONGEST_WAIT_MILLISECONDS) throw error;",
    replace: "throw error;",
  });
  expect(broken).toMatchObject({ invariant: "E12", detail: expect.stringContaining("notify-customer-dlq") });
});
