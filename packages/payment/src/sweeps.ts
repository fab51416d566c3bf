// The schedule of payment: finishes what a crash left behind, and gives up what was not decided in time.
import type { Sweep } from "@order-saga/messaging";
import { sweepDue } from "@order-saga/messaging/sweep";
import { giveUp, nextCall, type Payment, published, putOff, recorded, withUnpublished } from "./payment.ts";
import type { SweepPorts } from "./ports.ts";
import { finish } from "./reactions.ts";

/**
 * Of the function's timeout, the part in which payments are begun; in the rest the provider still answers.
 */
const BEGIN_SHARE = 0.4;

export function resumePaymentsHandler(ports: SweepPorts): Sweep {
  const beginMilliseconds = ports.functionTimeoutSeconds * 1000 * BEGIN_SHARE;
  return sweepDue({
    store: ports.store,
    // Most of the due only wait for stock and are put off at once, so a run comes to so many.
    perRun: 1000,
    // Most of a payment's time is the provider's.
    atOnce: 10,
    isTimeUp: (beganAt) => ports.clock() >= beganAt + beginMilliseconds,
    sweepOne: (orderId, { now }) => resume(ports, orderId, now),
    says: {
      more: "more payments are due than one run resumes",
      failed: "a payment could not be resumed",
    },
  });
}

async function resume(ports: SweepPorts, orderId: string, now: number): Promise<boolean> {
  const known = await ports.store.load(orderId);
  if (!known?.dueAt || Date.parse(known.dueAt) > now) return false;
  // No queue redelivers for a timer, so the record itself remembers that its events are to be published.
  const mark = (payment: Payment) => withUnpublished(payment, true);
  const given = giveUp(mark(known), now);
  if (!given && !nextCall(known) && !known.unpublished) {
    // A lost write needs no repetition: the writer that was first has set the next time as well.
    await ports.store.save(putOff(known, now));
    return false;
  }
  // Another writer was first: the next run looks again.
  if (given && (await ports.store.save(given)) !== "written") return false;
  const causeAt = (at: number) => ({ causationId: null, now: at });
  const settled = await finish(ports, given ?? known, causeAt, mark);
  await ports.publish(recorded(settled));
  if (settled.unpublished) await ports.store.save(published(settled, ports.clock()));
  return true;
}
