// Draws what a seed's money meets: cards that ask or fail later, refunds by clerks, and other hands.
import type { PlannedHand, PlannedOrder, PlannedRefund } from "./plan.ts";
import type { Random } from "./random.ts";

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

export type Money = { orders: PlannedOrder[]; refunds?: PlannedRefund[]; hands?: PlannedHand[] };

/** Soon after the order, while it is decided, or much later. */
const laterThan = (at: number, random: Random) =>
  at + Math.floor(random.next() * random.pick([300, 5000, 120_000, 3600_000]));

export function drawMoney(random: Random, given: readonly PlannedOrder[]): Money {
  const asking = random.pick([0, 0, 0.15, 0.5]);
  const later = random.pick([0, 0, 0.2]);
  const orders = given.map((order) => withCard(random, order, { asking, later }));
  const refunds = random.chance(0.3) ? random.whole(1, 4) : 0;
  const hands = random.chance(0.25) ? random.whole(1, 3) : 0;
  return {
    orders,
    ...(refunds > 0 && {
      refunds: Array.from({ length: refunds }, () => drawRefund(random, random.pick(orders))).flat(),
    }),
    ...(hands > 0 && {
      hands: Array.from({ length: hands }, () => drawHand(random, random.pick(orders))).flat(),
    }),
  };
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
