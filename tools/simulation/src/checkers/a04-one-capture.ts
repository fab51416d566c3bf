// A4: payment captures an order at most once, at most what was authorised, which is the order's amount.
import type { Checker, Intent, Observed } from "./observed.ts";
import { orderOf, violation } from "./records.ts";

export function oneCapture(): Checker {
  /** Payment intents are immutable here: a change makes a new object, so each is judged once. */
  const judged = new WeakSet<Intent>();

  function judgeNew(observed: Observed, orderId: string, intents: readonly Intent[]): string[] {
    const news = intents.filter((intent) => !judged.has(intent));
    if (news.length === 0) return [];
    for (const intent of news) judged.add(intent);
    const order = orderOf(observed, orderId);
    return [...twice(intents), ...news.flatMap((each) => wrongAmount(each, order?.amount, order?.currency))];
  }

  return {
    invariant: "A4",
    says: "at most one capture of our own per order, of at most the authorised amount",
    afterStep(observed, step) {
      return [...step.orderIds].flatMap((orderId) =>
        judgeNew(observed, orderId, observed.intents.get(orderId) ?? []).map((detail) =>
          violation("A4", detail, orderId),
        ),
      );
    },
  };
}

function twice(intents: readonly Intent[]): string[] {
  const captures = intents.reduce((sum, intent) => sum + intent.ownCaptures, 0);
  const holding = intents.filter(({ captures, state }) => captures > 0 || state === "held").length;
  return [
    ...(captures > 1 ? [`captured ${captures} times`] : []),
    ...(holding > 1 ? [`${holding} authorisations`] : []),
  ];
}

function wrongAmount(intent: Intent, amount: number | undefined, currency: string | undefined): string[] {
  const isTooMuch = intent.captured > intent.amount;
  // Another hand may take a part; payment takes what it holds.
  const isPart = intent.ownCaptures > 0 && intent.captured < intent.amount;
  const isForeign = intent.amount !== amount || intent.currency !== currency;
  return [
    ...(isTooMuch || isPart ? [`captured ${intent.captured} of ${intent.amount} authorised`] : []),
    ...(isForeign ? [`authorised ${intent.amount} ${intent.currency}, ordered ${amount} ${currency}`] : []),
  ];
}
