// Cascades that shops know, each as a plan, and what is to be learnt from it.
import type { CallCategory, FaultKind } from "../fault-kinds.ts";
import { type Fault, type Plan, type PlannedOrder, START } from "../plan.ts";
import { createRandom } from "../random.ts";

export type Preset = {
  readonly name: string;
  /** Names the fault at the beginning of a sentence. */
  readonly title: string;
  readonly lesson: string;
  /** How many invocations an order may cost with the fault, at most. */
  readonly attemptsPerOrder: number;
  readonly plan: Plan;
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const asksProvider = ["authorize-payment", "capture-payment", "abort-payment", "resume-payments"].map(
  (name) => `payment-${name}`,
);
const says = [
  "orders-place-order",
  "inventory-reserve-stock",
  "inventory-commit-stock",
  "inventory-release-stock",
  ...asksProvider,
];

/** So many orders of plain lines within a time, of three products that there is enough of. */
function shopWith(count: number, within: number, given: Partial<Plan> = {}): Plan {
  const random = createRandom(count);
  const skus = ["TEA-ASSAM", "TEA-SENCHA", "POT-CAST-IRON"];
  const orders = Array.from(
    { length: count },
    (_, index): PlannedOrder => ({
      number: index + 1,
      at: Math.round((within * index) / count),
      customer: `customer-${1 + (index % 7)}`,
      lines: [{ sku: random.pick(skus), quantity: 1 }],
      paymentMethod: "pm_card_visa",
    }),
  );
  return {
    seed: 1,
    start: START,
    pace: { call: 5, bus: 100, poll: 20, indexLag: 500 },
    settings: { decideWithinSeconds: 900, reservationSeconds: 900 },
    products: skus.map((sku, index) => ({ sku, unitPrice: [990, 1290, 4900][index] ?? 0, stock: 1000 })),
    orders,
    changes: [],
    faults: [],
    faultsUntil: 40 * MINUTE,
    redriveWithinSeconds: 60,
    ...given,
  };
}

type Everywhere = { kind: FaultKind; places: readonly string[]; call: CallCategory; fault?: Partial<Fault> };

/** The same fault at every call of the kind, for each order. */
function everywhere(plan: Plan, { call, fault, kind, places }: Everywhere): Plan {
  const faults = places.flatMap((at) =>
    plan.orders.map(({ number }): Fault => ({ kind, at, call, order: number, times: 1e6, ...fault })),
  );
  return { ...plan, faults };
}

const providerDown: Preset = {
  name: "provider-down",
  title: "Provider down for 10 min",
  attemptsPerOrder: 17,
  lesson:
    "The queue and the schedule of due payments ask again: orders wait, and are decided before their deadline.",
  plan: everywhere(shopWith(24, 20 * MINUTE), {
    kind: "provider-5xx",
    places: asksProvider,
    call: "provider",
    fault: { from: 5 * MINUTE, until: 15 * MINUTE },
  }),
};

/** Of a second's orders the provider takes the first 25, of the rest 25 at the next attempt, and so on. */
function flashSale(): Preset {
  const plan = shopWith(60, SECOND);
  const faults = plan.orders
    .filter(({ number }) => number > 25)
    .map(({ number }): Fault => {
      const times = Math.floor((number - 1) / 25);
      return {
        kind: "provider-429",
        at: "payment-authorize-payment",
        call: "provider",
        order: number,
        times,
      };
    });
  return {
    name: "flash-sale",
    title: "60 orders in a second at a provider that takes 25",
    attemptsPerOrder: 13,
    lesson:
      "A refused order is asked for again within its delivery; what is still refused waits for the schedule of due payments.",
    plan: { ...plan, faults },
  };
}

const retryStorm: Preset = {
  name: "retry-storm",
  title: "Provider answers after 28 of the function's 30 s for 2 min",
  attemptsPerOrder: 20,
  lesson:
    "Two answers of 28 s do not fit into 30 s: attempts time out, hold the queue, and ask again; keys keep that from charging twice.",
  plan: everywhere(shopWith(20, MINUTE), {
    kind: "zombie",
    places: asksProvider,
    call: "provider",
    fault: { from: 0, until: 2 * MINUTE, seconds: 28 },
  }),
};

const poisonInABatch: Preset = {
  name: "poison",
  title: "A message that is no JSON in a batch",
  attemptsPerOrder: 10,
  lesson: "The reaction parks what no code can handle and reports the others apart: the batch goes on.",
  plan: {
    ...shopWith(12, 200, { pace: { call: 5, bus: 20, poll: 200, indexLag: 500 } }),
    faults: [{ kind: "poison", at: "inventory-reserve-stock", order: 1, from: 150, variant: "not-json" }],
  },
};

const hotSku: Preset = {
  name: "hot-sku",
  title: "One SKU held by another writer for 3 s",
  attemptsPerOrder: 14,
  lesson:
    "A transaction in conflict is tried again, first at once and then by the queue: what was in conflict comes late, and is sold once.",
  plan: everywhere(
    {
      ...shopWith(20, 4 * SECOND),
      orders: shopWith(20, 4 * SECOND).orders.map((order) => ({
        ...order,
        lines: [{ sku: "TEA-ASSAM", quantity: 1 }],
      })),
    },
    {
      kind: "store-conflict",
      places: ["inventory-reserve-stock"],
      call: "write",
      fault: { from: 0, until: 3 * SECOND },
    },
  ),
};

const deadBus: Preset = {
  name: "dead-bus",
  title: "Bus takes nothing for 5 min",
  attemptsPerOrder: 20,
  lesson:
    "What was recorded and not published is said again by the schedules: no event is lost, and each waits for the next run.",
  plan: everywhere(shopWith(24, 8 * MINUTE), {
    kind: "bus-throttled",
    places: says,
    call: "publish",
    fault: { from: 2 * MINUTE, until: 7 * MINUTE },
  }),
};

export const presets: readonly Preset[] = [
  providerDown,
  flashSale(),
  retryStorm,
  poisonInABatch,
  hotSku,
  deadBus,
];
