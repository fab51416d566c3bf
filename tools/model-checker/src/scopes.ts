// What each search covers: how many orders, which services, which faults, which moments.
import type { ClerkKey, ServiceName } from "./shop.ts";

/** What another hand may do in the dashboard; `return` is the bank's, of a refund that was made. */
export type Hand = "capture" | "capture a part" | "void" | "refund a part" | "dispute" | "return";

export type Faults = {
  /** A function dies between any two of its calls, and its message comes again. */
  crashes: boolean;
  /** A message that was handled comes again. */
  acknowledgementsLost: boolean;
  /** The bus takes some of the events of one request and refuses the others. */
  halfPublished: boolean;
  /** A write takes effect, its answer is lost, and the client's own repetition finds it done. */
  lostAnswers: boolean;
  /** The store answers that another transaction was in the way; once per run. */
  conflicts: boolean;
  /** The provider or the mailer fails, with the effect or without; a crash leaves the same behind. */
  failures: boolean;
  /** A function that is running when time passes dies of its timeout; otherwise it may outlive it. */
  timeouts: boolean;
  /** Two sandboxes handle the same message or the same timer at the same time. */
  twice: boolean;
  /** So many messages are lost for good. */
  losses: number;
  /** The provider's webhook about a change is lost. */
  ringsLost: boolean;
};

export type Scope = {
  name: string;
  says: string;
  orders: number;
  /** In stock at the beginning; each order wants one. */
  units: number;
  services: readonly ServiceName[];
  /** How many functions may run at the same time. */
  concurrency: number;
  /** `effect`: a read happens together with the next effect. `call`: others may act after a read too. */
  grain: "call" | "effect";
  /** Interner are told apart by every byte, not only by what rules ask of them. */
  exact: boolean;
  faults: Faults;
  /** What the customer's bank may refuse. */
  declines: boolean;
  captureFails: boolean;
  /** How often the customer may send the order, and a request to cancel it. */
  places: number;
  cancels: number;
  /** Whether the bank asks for the customer. */
  asks: "never" | "maybe" | "always";
  /** Refunds that a clerk may request, each so often. */
  refunds: readonly ClerkKey[];
  refundRequests: number;
  refundsPend: boolean;
  refundsFail: boolean;
  /** What other hands may do at the provider, and how often all of them together. */
  hands: readonly Hand[];
  handsAtMost: number;
  /** How often the doorbell may ring for nothing: doubled, forged, or before there is anything to see. */
  idleRings: number;
  /** The provider may be down, from any moment until nothing else is left to do. */
  outage: boolean;
  /** Payment hears of orders late, so that it asks for no card before there is stock. */
  isBehind: boolean;
  /** If time passes: minutes since the order was placed. The last is for good: time passes without a name. */
  minutes: readonly number[];
  /** When time passes for good and every timer is due: at any time, or once nothing else is left to do. */
  watchdog: "any time" | "at rest";
  /** Orders hears at once every message whose later delivery no service could tell apart; see steps.ts. */
  eager: boolean;
  /** Stock in buckets, if the SKU has several. */
  hot?: Hot;
};

/** A hot SKU's stock, and what happens to it beside the orders that are searched. */
export type Hot = {
  /** In each bucket at the beginning. */
  buckets: readonly number[];
  /** What each order wants. Each has another id, and so another bucket of its own. */
  quantities: readonly number[];
  /** Beside a process that has never looked, some that believe this of the buckets, true or not. */
  sightings: readonly (readonly number[])[];
  /** How often processes of other orders move units, from any bucket into any other. */
  moves: number;
  /** How often an operator may add a bucket. */
  raises: number;
  /** Whether orders may also be paid. */
  isSold: boolean;
};

export const noFaults: Faults = {
  crashes: false,
  acknowledgementsLost: false,
  halfPublished: false,
  lostAnswers: false,
  conflicts: false,
  failures: false,
  timeouts: false,
  twice: false,
  losses: 0,
  ringsLost: false,
};

export const everyFault: Faults = {
  crashes: true,
  acknowledgementsLost: true,
  halfPublished: true,
  lostAnswers: true,
  conflicts: true,
  failures: true,
  timeouts: true,
  twice: true,
  losses: 0,
  ringsLost: true,
};

/** Crashes and repetitions, which every scope of any size has. */
const messageFaults: Faults = {
  ...noFaults,
  crashes: true,
  acknowledgementsLost: true,
  halfPublished: true,
};

const oneOrder: Scope = {
  name: "one-order",
  says: "one order; crashes, repetitions, timers, a cancellation, a bank that refuses",
  orders: 1,
  units: 1,
  services: ["payment", "inventory", "orders"],
  concurrency: 1,
  grain: "effect",
  exact: false,
  faults: messageFaults,
  declines: true,
  captureFails: true,
  places: 1,
  cancels: 1,
  asks: "never",
  refunds: [],
  refundRequests: 1,
  refundsPend: false,
  refundsFail: false,
  hands: [],
  handsAtMost: 0,
  idleRings: 0,
  outage: false,
  isBehind: false,
  // Stock is held for 10 minutes, and payment has 15 to decide.
  minutes: [0, 16],
  watchdog: "at rest",
  eager: true,
};

/** Mails alone, whatever orders says: nothing that mails do comes back to the others. */
const mails: Scope = {
  ...oneOrder,
  name: "mails",
  says: "one order's mails; crashes, repetitions, a mailer that fails or is silent, two sandboxes at once",
  services: ["notification"],
  concurrency: 2,
  // A claim ends after twice the function's timeout; Lambda promises that no function outlives its own.
  faults: { ...messageFaults, timeouts: true, lostAnswers: true, failures: true, twice: true },
  cancels: 0,
  minutes: [0, 3],
  eager: false,
};

/** Faults of ports alone, no message lost or repeated: the run fails, or reads again. */
const portFaults: Faults = { ...noFaults, crashes: true, lostAnswers: true, conflicts: true, failures: true };

const calm: Scope = {
  ...oneOrder,
  name: "calm",
  says: "one order and no fault, a cancellation, a bank that refuses: no timer is needed",
  faults: noFaults,
  minutes: [0],
  eager: false,
};

/** Two orders for two units each, of three: one of them is refused, unless the other gives back in time. */
const hot: Hot = { buckets: [1, 2], quantities: [2, 2], sightings: [], moves: 1, raises: 0, isSold: true };

/** Too little, all in the wrong place, and as it is. */
const beliefs = [
  [0, 0],
  [3, 0],
  [0, 3],
  [1, 1],
  [2, 1],
  [1, 2],
];

const hotSku: Scope = {
  ...oneOrder,
  name: "hot-sku",
  says: "stock in buckets; two orders at once that may be paid, and another order's move",
  orders: 2,
  units: 3,
  services: ["inventory"],
  concurrency: 2,
  // Between the reads of two buckets others act.
  grain: "call",
  faults: noFaults,
  cancels: 0,
  minutes: [0],
  hot,
};

export const scopes: readonly Scope[] = [
  calm,
  mails,
  oneOrder,
  {
    ...oneOrder,
    name: "ports",
    says: "one order; crashes, a provider that fails or is silent, answers of the store lost, conflicts, timers",
    faults: portFaults,
  },
  {
    ...oneOrder,
    name: "every-fault",
    says: "one order without a cancellation; every fault of one function at a time, timeouts, timers, a bank that refuses",
    faults: { ...everyFault, twice: false },
    cancels: 0,
  },
  {
    ...oneOrder,
    name: "twice",
    says: "one order; two functions at once, the same message in both, a cancellation, a bank that refuses",
    concurrency: 2,
    faults: { ...noFaults, twice: true },
    minutes: [0],
  },
  {
    ...oneOrder,
    name: "twice-in-time",
    says: "one order; two functions at once, the same message or timer in both, timeouts, a bank that refuses",
    concurrency: 2,
    faults: { ...noFaults, timeouts: true, twice: true },
    cancels: 0,
  },
  {
    ...oneOrder,
    name: "lost-message",
    says: "one order; any one message lost for good, repetitions, timers, a cancellation, a bank that refuses",
    faults: { ...noFaults, acknowledgementsLost: true, halfPublished: true, losses: 1 },
  },
  {
    ...oneOrder,
    name: "customer-asked",
    says: "the bank asks the customer, who says yes, no, late or nothing; webhooks lost, timers, a cancellation",
    asks: "always",
    faults: { ...noFaults, ringsLost: true },
    declines: false,
    captureFails: false,
    // The customer has ten minutes.
    minutes: [0, 11, 16],
  },
  {
    ...oneOrder,
    name: "decided-at-once",
    says: "the provider is down from any moment on: stock that is not sold comes back without it; a cancellation",
    asks: "maybe",
    faults: noFaults,
    declines: false,
    captureFails: false,
    outage: true,
  },
  {
    ...oneOrder,
    name: "doorbell",
    says: "payment and stock, two functions at once; the doorbell rings early, twice, for nothing or not at all",
    services: ["payment", "inventory"],
    concurrency: 2,
    asks: "maybe",
    faults: { ...noFaults, timeouts: true, ringsLost: true },
    captureFails: false,
    cancels: 0,
    idleRings: 1,
  },
  {
    ...oneOrder,
    name: "two-refunds",
    says: "payment and stock, two functions at once; two refunds of more than there is, that pend and fail; a cancellation",
    services: ["payment", "inventory"],
    concurrency: 2,
    faults: noFaults,
    declines: false,
    captureFails: false,
    refunds: ["most-of-the-money", "the-tea-came-back"],
    refundsPend: true,
    refundsFail: true,
    minutes: [0],
  },
  {
    ...oneOrder,
    name: "refunds-interrupted",
    says: "payment and stock; a refund that pends and fails; crashes, webhooks lost, timers",
    services: ["payment", "inventory"],
    faults: { ...noFaults, crashes: true, ringsLost: true },
    declines: false,
    captureFails: false,
    cancels: 0,
    refunds: ["the-tea-came-back"],
    refundsPend: true,
    refundsFail: true,
  },
  {
    ...oneOrder,
    name: "foreign-hand",
    says: "payment and stock; another hand captures, a part or all, voids and refunds; disputes; webhooks lost; a cancellation",
    services: ["payment", "inventory"],
    faults: { ...noFaults, ringsLost: true },
    declines: false,
    captureFails: false,
    refundsPend: true,
    refundsFail: true,
    hands: ["capture", "capture a part", "void", "refund a part", "dispute", "return"],
    handsAtMost: 2,
  },
  {
    ...oneOrder,
    name: "behind",
    says: "payment is behind; two functions at once, the same message in both, a cancellation, a bank that refuses",
    concurrency: 2,
    faults: { ...noFaults, twice: true },
    minutes: [0],
    isBehind: true,
  },
  {
    ...oneOrder,
    name: "behind-interrupted",
    says: "payment and stock, payment is behind; crashes, repetitions, timers, a cancellation, a bank that refuses",
    services: ["payment", "inventory"],
    faults: { ...noFaults, crashes: true, acknowledgementsLost: true },
    captureFails: false,
    isBehind: true,
  },
  {
    ...oneOrder,
    name: "two-orders",
    says: "two orders for one unit; timers, a bank that refuses",
    orders: 2,
    faults: noFaults,
    cancels: 0,
  },
  {
    ...oneOrder,
    name: "two-orders-cancelled",
    says: "two orders for one unit; a cancellation of each, a bank that refuses",
    orders: 2,
    faults: noFaults,
    minutes: [0],
  },
  {
    ...oneOrder,
    name: "two-orders-repeated",
    says: "two orders for one unit; messages that come again, a bank that refuses",
    orders: 2,
    faults: { ...noFaults, acknowledgementsLost: true },
    cancels: 0,
    minutes: [0],
  },
  {
    ...oneOrder,
    name: "three-orders",
    says: "three orders for two units; two functions at once, a bank that refuses",
    orders: 3,
    units: 2,
    concurrency: 2,
    faults: noFaults,
    cancels: 0,
    minutes: [0],
  },
  hotSku,
  {
    ...hotSku,
    name: "hot-sku-believed",
    says: "the same orders, unpaid, whose processes may believe anything of the buckets",
    hot: { ...hot, isSold: false, sightings: beliefs },
  },
  {
    ...hotSku,
    name: "hot-sku-raised",
    says: "the same orders, unpaid; an operator adds a bucket at any moment",
    hot: { ...hot, raises: 1, isSold: false },
  },
  {
    ...hotSku,
    name: "hot-sku-interrupted",
    says: "one order in two functions at once; crashes, repetitions, lost answers, conflicts, another order's move",
    orders: 1,
    faults: { ...portFaults, failures: false, acknowledgementsLost: true, twice: true },
    hot: { ...hot, quantities: [2], isSold: false, sightings: [[0, 3]] },
  },
];

export function scopeNamed(name: string): Scope {
  const found = scopes.find((scope) => scope.name === name);
  if (!found)
    throw new Error(`There is no such scope. Known: ${scopes.map((scope) => scope.name).join(", ")}`);
  return found;
}
