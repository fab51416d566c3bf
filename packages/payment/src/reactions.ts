// The reactions of payment: record the fact, say what was decided, then ask the provider.
import { answersTo, causedBy, type DomainEvent } from "@order-saga/contracts";
import type { EventContext, React } from "@order-saga/messaging";
import { writeOptimistically } from "@order-saga/messaging/optimistic";
import { type Backlog, createBacklog } from "./backlog.ts";
import { ATTEMPTS, finish } from "./finish.ts";
import { type Heard, hear, isBeingAuthorized, type Payment, recorded, recordedSince } from "./payment.ts";
import type { PaymentPorts } from "./ports.ts";

/**
 * A batch ends with its slowest order. Where orders are heard late, those in time leave the asking to the
 * reaction that hears of their stock, so that a backlog is cleared as fast as it is written.
 */
export function authorizePaymentHandler(
  ports: PaymentPorts,
  backlog: Backlog = createBacklog(),
): React<"OrderPlaced"> {
  return (event, context) => {
    // Before anything is waited for, so that the whole batch is known.
    backlog.heard(event.data.decideBy, ports.clock());
    return hearAndFinish(ports, event, context, backlog.isBehind);
  };
}

export function capturePaymentHandler(ports: PaymentPorts): React<"StockReserved"> {
  return (event, context) => hearAndFinish(ports, event, context);
}

export function abortPaymentHandler(
  ports: PaymentPorts,
): React<"StockRejected" | "OrderCancelRequested" | "ReservationExpired"> {
  return (event, context) => hearAndFinish(ports, event, context);
}

/**
 * A new fact says what it led to. A duplicate says again all that was recorded, because the delivery that
 * heard it first may have died between its write and its publishing.
 */
async function hearAndFinish(
  ports: PaymentPorts,
  event: Heard,
  { log, publish }: EventContext,
  isBehind?: Backlog["isBehind"],
): Promise<DomainEvent[]> {
  const { began, events, payment } = await writeFact(ports, event, isBehind);
  const answer = (all: readonly DomainEvent[]) => answersTo(event.type, all);
  // The delivery that began the authorisation has not acknowledged its message and finishes it, this fact
  // included. Asking the provider for the same key at the same time would only fail. If it dies, its message
  // returns.
  if (!began && isBeingAuthorized(payment, ports.clock(), ports.functionTimeoutSeconds))
    return answer(events);
  const isAborted = payment.decision === "ABORT";
  // The stock is free from now on, however long the provider takes to give up what it holds.
  if (isAborted) await publish(answer(events));
  const causeAt = (now: number) => causedBy(event, now);
  const finished = await finish(ports, payment, { causeAt, log });
  return answer(isAborted ? finished.events : [...events, ...finished.events]);
}

type WrittenFact = {
  payment: Payment;
  /** True if this delivery's own write intends the authorisation. */
  began: boolean;
  /** What its own write has recorded; all that is recorded, if the fact was known already. */
  events: readonly DomainEvent[];
};

function writeFact(
  { clock, store, terms }: PaymentPorts,
  event: Heard,
  isBehind: Backlog["isBehind"] = () => false,
): Promise<WrittenFact> {
  const intended = new Set<string | undefined>();
  return writeOptimistically<Payment | undefined, Payment, WrittenFact>({
    what: `payment of ${event.orderId}`,
    attempts: ATTEMPTS,
    load: () => store.load(event.orderId),
    save: store.save,
    decide(known) {
      const now = clock();
      const next = hear(known, event, now, { ...terms, isBehind: isBehind(now) });
      const since = pendingSince(next);
      // A write that was answered as lost may have been made: the client repeats a request whose answer was
      // lost. Two deliveries that begin in the same millisecond both pass for its writer, and ask with the
      // same key.
      if (since !== pendingSince(known)) intended.add(since);
      const began = intended.has(since);
      if (next === known) return { answer: { payment: next, began, events: recorded(next) } };
      return { write: next, answer: { payment: next, began, events: recordedSince(known, next) } };
    },
  });
}

const pendingSince = (payment: Payment | undefined) =>
  payment?.authorization.state === "PENDING" ? payment.authorization.since : undefined;
