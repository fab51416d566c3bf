// Prints a failing plan: the broken invariants, its file, how to run it again, and its timeline.
import type { Violation } from "./checkers/observed.ts";
import type { Note } from "./context.ts";
import type { Plan } from "./plan.ts";
import { timelineOf } from "./timeline.ts";

export type Failure = {
  plan: Plan;
  violations: readonly Violation[];
  notes: readonly Note[];
  /** By the order's number in the plan. */
  orderIds: ReadonlyMap<number, string>;
};

/** At most so many orders are shown; a plan that was made small has one or two. */
const MOST_TIMELINES = 3;

export function reportOf(failure: Failure, where: { planFile: string; commit: string }): string {
  const { notes, orderIds, plan, violations } = failure;
  const broken = new Set(violations.map(({ orderId }) => orderId));
  const shown = plan.orders.toSorted(
    (a, b) => Number(broken.has(orderIds.get(b.number))) - Number(broken.has(orderIds.get(a.number))),
  );
  return [
    ...violations.map(
      ({ detail, invariant, orderId }) => `✗ ${invariant}: ${detail}${named(orderIds, orderId)}`,
    ),
    "",
    `  seed     ${plan.seed}`,
    `  plan     ${where.planFile} (${plan.orders.length} order(s), ${plan.faults.length} fault(s))`,
    `  commit   ${where.commit}`,
    `  again    npx pnpm@12 simulate --plan ${where.planFile}`,
    "",
    ...plan.faults.map((fault) => `  fault    ${JSON.stringify(fault)}`),
    ...shown.slice(0, MOST_TIMELINES).flatMap(({ number }) => {
      const orderId = orderIds.get(number) ?? "";
      return ["", `order ${number}  ${orderId}`, ...timelineOf(notes, orderId, plan.start)];
    }),
    "",
  ].join("\n");
}

function named(orderIds: ReadonlyMap<number, string>, orderId: string | undefined): string {
  if (orderId === undefined) return "";
  const number = [...orderIds].find(([, id]) => id === orderId)?.[0];
  return `  (${number === undefined ? orderId : `order ${number}`})`;
}
