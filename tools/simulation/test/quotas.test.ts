// Quotas under every fault: in no window has a customer more orders accepted, or mails sent, than the quota.
import { expect, test } from "vitest";
import type { Observed } from "../src/checkers/observed.ts";
import { allOrders } from "../src/checkers/records.ts";
import type { Plan } from "../src/plan.ts";
import { planOf } from "../src/seed-plan.ts";
import { aPlan, aPlannedOrder, run } from "../src/testing.ts";

const SEEDS = process.env.NIGHTLY ? 200 : 3;
const FROM = Number(process.env.QUOTA_FROM ?? 7);
const quota = { orders: 2, mails: 3, seconds: 600 };

type Counted = { at: number; count: number; of: string };

/** The most that one customer has in one window of the quota. */
function mostInWindow(counted: readonly Counted[]): number {
  const most = counted.map(({ at, of }) =>
    counted
      .filter((each) => each.of === of && each.at >= at && each.at <= at + quota.seconds * 1000)
      .reduce((sum, { count }) => sum + count, 0),
  );
  return Math.max(0, ...most);
}

/** What was accepted of each customer; a bulk counts when it is, with all of its orders. */
function acceptedIn(observed: Observed): Counted[] {
  const alone = [...allOrders(observed)].filter(({ events }) => !events.OrderPlaced?.data.bulkId);
  const bulks = observed.calls.filter(
    ({ answer, route }) => route === "orders-place-bulk" && answer?.status === 202,
  );
  const firsts = new Map(bulks.map((call) => [`${call.principal} ${call.idempotencyKey}`, call]));
  return [
    ...alone.map(({ events, principal }) => ({
      at: Date.parse(events.OrderPlaced?.occurredAt ?? ""),
      count: 1,
      of: principal,
    })),
    ...[...firsts.values()].map(({ answer, at, principal }) => ({
      at,
      count: Number((answer?.body as { count?: number } | undefined)?.count),
      of: principal,
    })),
  ];
}

function mailsIn(observed: Observed): Counted[] {
  const principals = new Map([...allOrders(observed)].map(({ orderId, principal }) => [orderId, principal]));
  return observed.mails.map(({ at, orderId }) => ({ at, count: 1, of: principals.get(orderId) ?? orderId }));
}

const refusalsIn = ({ calls }: Observed) => calls.filter(({ answer }) => answer?.status === 429).length;

const limited = (plan: Plan): Plan => ({ ...plan, settings: { ...plan.settings, quota } });

test(`${SEEDS} seeds from ${FROM}: with all their faults no customer has more than the quota`, {
  timeout: SEEDS * 20_000,
}, async () => {
  for (let seed = FROM; seed < FROM + SEEDS; seed++) {
    const { violations, world } = await run(limited(planOf(seed)));
    expect(violations, `seed ${seed}`).toEqual([]);
    expect(mostInWindow(acceptedIn(world.observed)), `seed ${seed}`).toBeLessThanOrEqual(quota.orders);
  }
});

/** Ten orders of one customer within a second. */
const crowd = aPlan({
  orders: Array.from({ length: 10 }, (_, n) => aPlannedOrder({ number: n + 1, at: n * 90 })),
  products: [{ sku: "TEA-ASSAM", unitPrice: 850, stock: 100 }],
});

test("ten orders at once: two are taken in each window, all in the end, and mails beyond theirs say why", {
  timeout: 60_000,
}, async () => {
  const { violations, world } = await run(limited(crowd));
  expect(violations).toEqual([]);
  expect([...allOrders(world.observed)]).toHaveLength(10);
  expect(mostInWindow(acceptedIn(world.observed))).toBe(quota.orders);
  expect(mostInWindow(mailsIn(world.observed))).toBe(quota.mails);
  expect(refusalsIn(world.observed)).toBeGreaterThan(8);
  const free = await run(crowd);
  expect(mostInWindow(acceptedIn(free.world.observed))).toBe(10);
  expect(mostInWindow(mailsIn(free.world.observed))).toBe(20);
  expect(refusalsIn(free.world.observed)).toBe(0);
});
