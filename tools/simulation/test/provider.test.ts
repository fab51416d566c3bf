// The provider is down for an hour, rings badly or not at all: stock is freed, orders end, no money is wrong.
import { expect, test } from "vitest";
import { createCheckers } from "../src/checkers/index.ts";
import type { Checker } from "../src/checkers/observed.ts";
import { asReservation, paymentOf } from "../src/checkers/records.ts";
import { type FaultKind, forgeries } from "../src/fault-kinds.ts";
import type { Fault, Plan } from "../src/plan.ts";
import { planOf } from "../src/seed-plan.ts";
import { type Run, simulate } from "../src/simulate.ts";
import { aPlan, aPlannedOrder, shippedFunctions } from "../src/testing.ts";
import { WEBHOOK_FUNCTION } from "../src/webhooks.ts";

const HOUR = 3600_000;
const ORDERS = 100;

async function running(plan: Plan, ...more: Checker[]): Promise<Run> {
  const first = await shippedFunctions();
  const versions = { first, second: first };
  return simulate(plan, { versions, checkers: () => [...createCheckers(), ...more] });
}

/** Looks on at what a run is measured by. */
function onlooker() {
  const seen = { latestAfterDeadline: Number.NEGATIVE_INFINITY, freed: 0, deadLetters: 0 };
  const heldAt: { at: number; held: number }[] = [];
  const checker: Checker = {
    invariant: "E13",
    says: "looks on",
    afterStep(observed, step) {
      for (const item of step.written) {
        const reservation = asReservation(item);
        const { decideBy } = paymentOf(observed, reservation?.orderId ?? "")?.charge ?? {};
        if (reservation?.state !== "RELEASED" || !decideBy) continue;
        seen.freed++;
        seen.latestAfterDeadline = Math.max(seen.latestAfterDeadline, observed.now - Date.parse(decideBy));
      }
      const dead = [...observed.queues()].filter(({ kind }) => kind !== "reaction");
      const letters = dead.reduce((sum, { messages }) => sum + [...messages].length, 0);
      seen.deadLetters = Math.max(seen.deadLetters, letters);
      const intents = [...observed.intents.values()].flat();
      const held = intents.filter(({ state }) => state === "held" || state === "requires_action").length;
      heldAt.push({ at: observed.now, held });
      return [];
    },
  };
  /** How many authorisations were held from that moment on, at most. */
  const heldSince = (moment: number) =>
    Math.max(0, ...heldAt.filter(({ at }) => at >= moment).map(({ held }) => held));
  return { seen, checker, heldSince };
}

test("a hundred orders of an hour without the provider free their stock, and are not charged", {
  timeout: 600_000,
}, async () => {
  const down: Fault = { kind: "provider-down", at: "provider", from: 0, until: HOUR };
  const orders = Array.from({ length: ORDERS }, (_, index) =>
    aPlannedOrder({ number: index + 1, at: index * 7000, lines: [{ sku: "TEA-ASSAM", quantity: 1 }] }),
  );
  const products = [{ sku: "TEA-ASSAM", unitPrice: 873, stock: ORDERS }];
  const plan = aPlan({ orders, products, faults: [down], faultsUntil: 2 * HOUR });
  const { checker, heldSince, seen } = onlooker();
  const { observed } = (await running(plan, checker)).world;
  const captures = [...observed.intents.values()].flat().filter((intent) => intent.captures > 0);
  console.log({ ...seen, captures: captures.length, heldAnHourLater: heldSince(plan.start + 2 * HOUR) });
  expect(seen).toMatchObject({ freed: ORDERS, deadLetters: 0 });
  expect(seen.latestAfterDeadline).toBeLessThanOrEqual(2 * 60_000);
  expect(captures).toEqual([]);
  expect(heldSince(plan.start + 2 * HOUR)).toBe(0);
});

/** A seed's orders and hands, with webhooks as they are given, and no other fault. */
const rungBadly = (seed: number, given: Partial<Plan>): Plan => {
  const { settings, ...plan } = planOf(seed);
  return { ...plan, faults: [], settings: { ...settings, ...given.settings }, ...given };
};

const kinds = ["lost", "doubled", "late", "reordered", "forged"] as const;
const seconds = { late: 600, reordered: 5 } as Record<string, number>;

/** Each kind of fault strikes three webhooks of ten. */
const threeOfTen = (seed: number): Fault[] =>
  kinds.map((kind) => ({
    kind: `webhook-${kind}` satisfies FaultKind,
    at: WEBHOOK_FUNCTION,
    share: 0.3,
    ...(seconds[kind] !== undefined && { seconds: seconds[kind] }),
    ...(kind === "forged" && { variant: forgeries[seed % forgeries.length] ?? "bad-signature" }),
  }));

/** The night runs thousands. */
const SEEDS = process.env.NIGHTLY ? Number(process.env.WEBHOOK_SEEDS ?? 5000) : 20;
const FIRST_SEED = Number(process.env.WEBHOOK_FROM ?? 1);
/** 4389: a release at a contended SKU was delivered again, and its delay taken for the provider's. */
const FAILED_ONCE = [4389];

test(`webhooks that are lost, doubled, late, reordered and forged matter in none of ${SEEDS} seeds`, {
  timeout: 3 * HOUR,
}, async () => {
  let forged = 0;
  let delivered = 0;
  for (const seed of [...FAILED_ONCE, ...Array.from({ length: SEEDS }, (_, index) => FIRST_SEED + index)]) {
    const run = await running(rungBadly(seed, { faults: threeOfTen(seed) }));
    expect(run.violations, `seed ${seed}`).toEqual([]);
    delivered += run.world.observed.webhooks.length;
    forged += run.world.observed.webhooks.filter(({ forgery }) => forgery !== undefined).length;
  }
  console.log({ seeds: SEEDS, from: FIRST_SEED, delivered, forged });
  expect(forged).toBeGreaterThan(SEEDS);
});

test("every order ends when no webhook ever comes", { timeout: 600_000 }, async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const plan = rungBadly(seed, {});
    const run = await running({ ...plan, settings: { ...plan.settings, hasNoWebhooks: true } });
    expect(run.violations, `seed ${seed}`).toEqual([]);
    expect(run.world.observed.webhooks).toEqual([]);
  }
});
