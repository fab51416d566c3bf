// Of some seeds, mails come back: soon or a day later, for good or for now, and told of twice or out of turn.
import type { MailReturn } from "@order-saga/messaging/returned-mail";
import type { Fault, PlannedOrder } from "./plan.ts";
import { createRandom, hashText, mix } from "./random.ts";

const at = "notification-notify-customer";
const SHARE = 0.2;
const hows: readonly MailReturn[] = ["bounced", "bounced_for_now", "complained"];

/** Chances of their own, so that a seed's other faults are what they were without. */
export function drawMailReturns(seed: number, orders: readonly PlannedOrder[]): Fault[] {
  const random = createRandom(mix(seed, hashText("returned mails")));
  if (orders.length === 0 || !random.chance(SHARE)) return [];
  return Array.from({ length: random.whole(1, 4) }).flatMap((): Fault[] => {
    const order = random.pick(orders).number;
    const variant = random.pick(hows);
    const seconds = random.pick([0, 0.5, 5, 120, 3600, 86_400]);
    const event = variant === "complained" ? "Email Complaint Received" : "Email Bounced";
    const returned: Fault = {
      kind: "mail-returned",
      at,
      call: "mail",
      order,
      nth: random.pick([1, 1, 2]),
      variant,
      seconds,
    };
    const way = random.pick(["bus-duplicate", "reorder", "two-sandboxes", undefined, undefined] as const);
    return way === undefined
      ? [returned]
      : [returned, { kind: way, at, event, order, nth: 1, seconds: random.pick([1, 30]) }];
  });
}
