// Draws what a seed's money meets: cards that ask or fail later, refunds by clerks, and other hands.
import type { Fault, PlannedHand, PlannedOrder, PlannedRefund } from "./plan.ts";
import { createRandom, hashText, mix, type Random } from "./random.ts";

const askingCards = [
  "pm_card_authenticationRequired",
  "pm_card_threeDSecure2Required",
  "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
];
const laterCards = [
  "pm_card_pendingRefund",
  "pm_card_refundFail",
  "pm_card_createDispute",
  "pm_card_createDisputeInquiry",
];

export type Money = {
  orders: PlannedOrder[];
  refunds?: PlannedRefund[];
  hands?: PlannedHand[];
  /** What has to go wrong for a scene to come about. */
  faults: Fault[];
};

/** Soon after the order, while it is decided, or much later. */
const laterThan = (at: number, random: Random) =>
  at + Math.floor(random.next() * random.pick([300, 5000, 120_000, 3600_000]));

export function drawMoney(random: Random, given: readonly PlannedOrder[]): Money {
  const asking = random.pick([0, 0, 0.15, 0.5]);
  const later = random.pick([0, 0, 0.2]);
  const all = given.map((order) => withCard(random, order, { asking, later }));
  const scene = random.chance(0.5) ? drawScene(random, random.pick(all)) : undefined;
  const orders = scene
    ? all.map((order) => (order.number === scene.order.number ? scene.order : order))
    : all;
  const refunds = random.chance(0.3) ? random.whole(1, 4) : 0;
  const hands = random.chance(0.25) ? random.whole(1, 3) : 0;
  const drawn = {
    refunds: [
      ...Array.from({ length: refunds }, () => drawRefund(random, random.pick(orders))).flat(),
      ...(scene?.refunds ?? []),
    ],
    hands: [
      ...Array.from({ length: hands }, () => drawHand(random, random.pick(orders))).flat(),
      ...(scene?.hands ?? []),
    ],
  };
  return {
    orders,
    ...(drawn.refunds.length > 0 && { refunds: drawn.refunds }),
    ...(drawn.hands.length > 0 && { hands: drawn.hands }),
    faults: scene?.faults ?? [],
  };
}

/** Of so many seeds one. Its chances are its own, so that other seeds meet what they met without. */
const EVERY = 8;

/** A 500 leaves its key free, and who asked again dies before it has recorded what it was answered. */
export function drawFreeKey(seed: number, orders: readonly PlannedOrder[]): Fault[] {
  if (seed % EVERY !== 6) return [];
  const random = createRandom(mix(seed, hashText("free key")));
  const { number: order } = random.pick(orders);
  const asking = { at: "payment-authorize-payment", call: "provider", order } as const;
  return [
    { ...asking, kind: "provider-5xx", nth: 1 },
    { ...asking, kind: "crash-after", nth: random.pick([2, 3]), seconds: random.whole(1, 60) },
  ];
}

type Scene = Omit<Money, "orders"> & { order: PlannedOrder };

/** What chance alone brings together too seldom. */
function drawScene(random: Random, given: PlannedOrder): Scene {
  const { authentication: _, cancelAt: __, ...plain } = given;
  const { at, number: order } = plain;
  const visa = { ...plain, paymentMethod: "pm_card_visa" };
  /** The stock is reserved, and payment hears of it seconds later. */
  const undecided: Fault = {
    kind: "reorder",
    at: "payment-capture-payment",
    event: "StockReserved",
    order,
    nth: 1,
    seconds: 12,
  };
  const hand = (does: PlannedHand["does"], after: number, percent = 100): PlannedHand[] => [
    { order, at: at + after, does, percent },
  ];
  const refund = (after: number, percent: number): PlannedRefund[] => [
    { order, at: at + after, percent, key: 7 },
  ];
  const scenes: (() => Scene)[] = [
    () => ({
      order: { ...plain, paymentMethod: "pm_card_pendingRefund" },
      refunds: refund(20_000, 30),
      faults: [],
    }),
    () => ({
      order: { ...plain, paymentMethod: "pm_card_pendingRefund" },
      refunds: refund(8000, random.pick([30, 100])),
      faults: [],
    }),
    () => ({
      order: { ...plain, paymentMethod: "pm_card_refundFail" },
      refunds: refund(8000, random.pick([30, 100])),
      faults: [],
    }),
    () => ({
      order: { ...plain, paymentMethod: "pm_card_createDispute", cancelAt: at + 20_000 },
      faults: [],
    }),
    () => ({ order: visa, hands: hand("capture", 5000, random.pick([40, 100])), faults: [undecided] }),
    () => ({ order: visa, hands: hand("void", 5000), faults: [undecided] }),
    // The void is refused for a while, so that a look is first to see what another hand has taken.
    () => ({
      order: { ...visa, cancelAt: at + 5000 },
      hands: hand("capture", 5500),
      faults: [
        undecided,
        { kind: "provider-5xx", at: "payment-abort-payment", call: "provider", order, nth: 1, times: 9 },
      ],
    }),
  ];
  return random.pick(scenes)();
}

function withCard(
  random: Random,
  order: PlannedOrder,
  { asking, later }: { asking: number; later: number },
): PlannedOrder {
  if (random.chance(later)) return { ...order, paymentMethod: random.pick(laterCards) };
  if (!random.chance(asking)) return order;
  const afterSeconds = random.pick([1, 20, 100, 580, 615, 1000]);
  const answer = random.pick(["succeeded", "succeeded", "failed"] as const);
  return {
    ...order,
    paymentMethod: random.pick(askingCards),
    // Some never answer.
    ...(random.chance(0.75) && { authentication: { answer, afterSeconds } }),
  };
}

/** One, the same again, or another at the same moment that together with it may be too much. */
function drawRefund(random: Random, { at, lines, number: order }: PlannedOrder): PlannedRefund[] {
  const moment = laterThan(at, random);
  const [line] = lines;
  const byLine = line && random.chance(0.4);
  const what = byLine
    ? { lines: [{ sku: line.sku, quantity: random.whole(1, line.quantity), restock: random.chance(0.6) }] }
    : { percent: random.pick([7, 30, 60, 100, 130]) };
  const refund = { order, at: moment, key: random.whole(1, 99), ...what };
  const again = random.pick([undefined, undefined, refund.key, random.whole(100, 199)]);
  return again === undefined
    ? [refund]
    : [refund, { ...refund, at: moment + random.whole(0, 50), key: again }];
}

function drawHand(random: Random, { at, number: order }: PlannedOrder): PlannedHand[] {
  const moment = laterThan(at, random);
  const percent = random.pick([40, 100, 100]);
  const does = random.pick(["capture", "void", "refund", "dispute"] as const);
  const hand: PlannedHand = { order, at: moment, does, percent };
  if (does !== "dispute") return [hand];
  const ends = random.pick(["win", "lose", undefined] as const);
  return ends === undefined ? [hand] : [hand, { order, at: moment + random.whole(1000, HOUR), does: ends }];
}

const HOUR = 3600_000;
