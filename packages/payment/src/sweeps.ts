// The schedule of payment: finishes what a crash left behind, and gives up what nobody decided in time.
import type { DomainEvent } from "@order-saga/contracts";
import type { Sweep } from "@order-saga/messaging";
import { giveUp, nextCall, type Payment, published, putOff, recorded, withUnpublished } from "./payment.ts";
import { finish, type PaymentPorts } from "./reactions.ts";

/** Payments looked at per run; the rest waits a minute. Those that only wait for stock are put off, which takes no time. */
const PER_RUN = 1000;

/** So many at once, because most of a payment's time is the provider's. */
const AT_ONCE = 10;

/** Of the function's timeout, the part in which payments are begun; the rest is for those that wait for the provider. */
const BEGIN_SHARE = 0.4;

export type SweepPorts = PaymentPorts & { publish: (events: readonly DomainEvent[]) => Promise<void> };

export function resumeDuePayments(ports: SweepPorts): Sweep {
  return async ({ now, log }) => {
    const until = now + ports.functionTimeoutSeconds * 1000 * BEGIN_SHARE;
    const { orderIds, more } = await ports.store.due(now, PER_RUN);
    const waiting = orderIds.values();
    let begun = 0;
    let count = 0;
    let failure: unknown;

    const takeTurns = async () => {
      while (ports.clock() < until) {
        const { done, value: orderId } = waiting.next();
        if (done) return;
        begun++;
        try {
          if (await resume(ports, orderId, now)) count++;
        } catch (error) {
          // One payment's provider trouble must not keep the others waiting.
          log("warn", "a payment could not be resumed", {
            orderId,
            errorName: error instanceof Error ? error.name : "",
          });
          failure ??= error;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));

    if (more || begun < orderIds.length)
      log("warn", "more payments are due than one run resumes", { count: begun });
    if (failure) throw failure;
    return count;
  };
}

async function resume(ports: SweepPorts, orderId: string, now: number): Promise<boolean> {
  const known = await ports.store.load(orderId);
  if (!known?.dueAt || Date.parse(known.dueAt) > now) return false;
  // No queue stands behind a timer: the record itself remembers that its events are to be published.
  const mark = (payment: Payment) => withUnpublished(payment, true);
  const given = giveUp(mark(known), now);
  if (!given && !nextCall(known) && !known.unpublished) {
    await ports.store.save(putOff(known, now)); // Lost means that somebody wrote it just now, and its moment with it.
    return false;
  }
  if (given && !(await ports.store.save(given))) return false; // Somebody else was there; the next run looks again.
  const causeAt = (at: number) => ({ causationId: null, now: at });
  const settled = await finish(ports, given ?? known, causeAt, mark);
  await ports.publish(recorded(settled));
  if (settled.unpublished) await ports.store.save(published(settled, ports.clock()));
  return true;
}
