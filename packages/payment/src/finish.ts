// Asks the provider, and records each answer, until nothing is outstanding or the provider is silent.
import type { Cause, DomainEvent } from "@order-saga/contracts";
import type { Log, Publish } from "@order-saga/messaging";
import { type Decision, writeOptimistically } from "@order-saga/messaging/optimistic";
import { notice, noticeUnavailable } from "./notices.ts";
import {
  nextCall,
  type Payment,
  type ProviderAnswer,
  type ProviderCall,
  published,
  record,
  recordedSince,
  unpublishedEvents,
} from "./payment.ts";
import { type PaymentPorts, type PaymentStore, ProviderUnavailable } from "./ports.ts";

/** One order's facts meet at its record: five events and the doorbell, each once or twice at a time. */
export const ATTEMPTS = 10;

export type Finished = {
  payment: Payment;
  /** What its own writes have recorded. */
  events: readonly DomainEvent[];
  /** Why something is still outstanding: the record is due, and the schedule goes on. */
  unavailable?: ProviderUnavailable;
};

export type Finishing = {
  causeAt: (now: number) => Cause;
  log: Log;
  /** What else each write says, given the payment before and after. */
  mark?: (before: Payment, after: Payment, now: number) => Payment;
};

/** What no event caused: a timer or the doorbell did. */
export const byClock = (now: number): Cause => ({ causationId: null, now });

export async function finish(ports: PaymentPorts, payment: Payment, finishing: Finishing): Promise<Finished> {
  const { causeAt, log, mark = (_, after) => after } = finishing;
  let current = payment;
  const events: DomainEvent[] = [];
  for (let call = nextCall(current); call; call = nextCall(current)) {
    const answer = await ask(ports.gateway, current.orderId, call).catch(unavailable);
    if (answer instanceof ProviderUnavailable) {
      noticeUnavailable(answer, log);
      return { payment: current, events, unavailable: answer };
    }
    const { after, before } = await writeAnswer(ports, current, call, (read) => {
      const now = ports.clock();
      return mark(read, record(read, answer, causeAt(now), ports.terms), now);
    });
    notice(before, after, log);
    events.push(...recordedSince(before, after));
    current = after;
  }
  return { payment: current, events };
}

function unavailable(error: unknown): ProviderUnavailable {
  if (error instanceof ProviderUnavailable) return error;
  throw error;
}

/** Records the answer to a call, unless another delivery has recorded it meanwhile. */
function writeAnswer(
  { store }: PaymentPorts,
  asked: Payment,
  call: ProviderCall,
  recordIn: (read: Payment) => Payment,
): Promise<{ before: Payment; after: Payment }> {
  let hasWritten = false;
  const decide = (read: Payment) => {
    const outstanding = nextCall(read);
    // A write that was answered as lost may have been made; then no other delivery says what it recorded.
    if (!outstanding || keyOf(outstanding) !== keyOf(call))
      return { answer: { before: hasWritten ? asked : read, after: read } };
    const next = recordIn(read);
    hasWritten = true;
    return { write: next, answer: { before: read, after: next } };
  };
  // While a card is authorised the stock is mostly reserved, and a read costs a fifth of a lost write.
  return writeOver(store, asked, decide, call.kind === "authorize");
}

/** Writes what is decided over the payment as it was last read, or first reads it anew. */
export function writeOver<A>(
  store: PaymentStore,
  payment: Payment,
  decide: (read: Payment) => Decision<Payment, A>,
  readsFirst = false,
): Promise<A> {
  return writeOptimistically<Payment, Payment, A>({
    what: `payment of ${payment.orderId}`,
    attempts: ATTEMPTS,
    ...(!readsFirst && { known: payment }),
    load: async () => (await store.load(payment.orderId)) ?? payment,
    save: store.save,
    decide,
  });
}

/** Calls of the same key have the same answer. */
function keyOf(call: ProviderCall): string {
  if (call.kind === "refund") return `refund ${call.refund.id}`;
  return `${call.kind} ${call.kind === "authorize" ? call.since : call.intentId}`;
}

function ask(gateway: PaymentPorts["gateway"], orderId: string, call: ProviderCall): Promise<ProviderAnswer> {
  switch (call.kind) {
    case "authorize":
      return gateway.authorize(orderId, call.charge, call.since, call.abortedAt);
    case "capture":
      return gateway.capture(orderId, call.intentId);
    case "void":
      return gateway.void(orderId, call.intentId);
    case "refund":
      return gateway.refund(orderId, call.intentId, { ...call.refund, currency: call.charge.currency });
  }
}

/** Publishes what no queue's message will publish again, and remembers that it did. */
export async function publishRest(
  { clock, publish, store }: PaymentPorts & { publish: Publish },
  payment: Payment,
): Promise<Payment> {
  const events = unpublishedEvents(payment);
  if (events.length === 0) return payment;
  await publish(events);
  return writeOver(store, payment, (read) => {
    const next = published(read, events, clock());
    return { write: next, answer: next };
  });
}
