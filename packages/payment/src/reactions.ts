// The reactions of payment: record the fact, then ask the provider until nothing is outstanding.
import { answersTo, type Cause, causedBy, type DomainEvent, type EventType } from "@order-saga/contracts";
import type { React } from "@order-saga/messaging";
import { writeOptimistically } from "@order-saga/messaging/optimistic";
import {
  type Heard,
  hear,
  isBeingAuthorized,
  nextCall,
  type Payment,
  type ProviderAnswer,
  type ProviderCall,
  record,
  recorded,
} from "./payment.ts";
import type { PaymentPorts } from "./ports.ts";

/**
 * One order's facts meet at its record: at most five events, each delivered once or twice at the same time.
 */
const ATTEMPTS = 10;

export function authorizePaymentHandler(ports: PaymentPorts): React<"OrderPlaced"> {
  return (event) => hearAndFinish(ports, event);
}

export function capturePaymentHandler(ports: PaymentPorts): React<"StockReserved"> {
  return (event) => hearAndFinish(ports, event);
}

export function abortPaymentHandler(
  ports: PaymentPorts,
): React<"StockRejected" | "OrderCancelRequested" | "ReservationExpired"> {
  return (event) => hearAndFinish(ports, event);
}

/**
 * A new fact says what it led to. A duplicate says again all that was recorded, because the delivery that
 * heard it first may have died between its write and its publishing.
 */
async function hearAndFinish(ports: PaymentPorts, event: Heard): Promise<DomainEvent[]> {
  const { alreadySaid, began, payment } = await writeFact(ports, event);
  const answer = (to: Payment) =>
    answersTo(event.type, recorded(to)).filter(({ type }) => !alreadySaid.has(type));
  // The delivery that began the authorisation has not acknowledged its message and finishes it, this fact
  // included. Asking the provider for the same key at the same time would only fail. If it dies, its message
  // returns.
  if (!began && isBeingAuthorized(payment, ports.clock(), ports.functionTimeoutSeconds))
    return answer(payment);
  return answer(await finish(ports, payment, (now) => causedBy(event, now)));
}

type WrittenFact = {
  payment: Payment;
  /** True if this delivery's own write intends the authorisation. */
  began: boolean;
  /** What others have recorded and say; empty if the fact was known already. */
  alreadySaid: ReadonlySet<EventType>;
};

function writeFact({ store, clock }: PaymentPorts, event: Heard): Promise<WrittenFact> {
  const intended = new Set<string>();
  return writeOptimistically<Payment | undefined, Payment, WrittenFact>({
    what: `payment of ${event.orderId}`,
    attempts: ATTEMPTS,
    load: () => store.load(event.orderId),
    save: store.save,
    decide(known) {
      const next = hear(known, event, clock());
      if (next === known) {
        // A write that was answered as lost may have been made: the client repeats a request whose answer was
        // lost. Two deliveries that begin in the same millisecond both pass for its writer, and ask with the
        // same key.
        const began = next.authorization.state === "PENDING" && intended.has(next.authorization.since);
        return { answer: { payment: next, began, alreadySaid: new Set() } };
      }
      const began = next.authorization.state === "PENDING" && known?.authorization.state !== "PENDING";
      if (began && next.authorization.state === "PENDING") intended.add(next.authorization.since);
      const alreadySaid = new Set(known ? recorded(known).map(({ type }) => type) : []);
      return { write: next, answer: { payment: next, began, alreadySaid } };
    },
  });
}

/** Asks the provider, and records each answer, until nothing is outstanding. */
export async function finish(
  ports: PaymentPorts,
  payment: Payment,
  causeAt: (now: number) => Cause,
  mark: (payment: Payment) => Payment = (each) => each,
): Promise<Payment> {
  let current = payment;
  for (let call = nextCall(current); call; call = nextCall(current)) {
    const answer = await ask(ports.gateway, current.orderId, call);
    current = await writeAnswer(ports, current, call, (read) =>
      record(mark(read), answer, causeAt(ports.clock())),
    );
  }
  return current;
}

/** Records the answer to a call, unless another delivery has recorded it meanwhile. */
function writeAnswer(
  { store }: PaymentPorts,
  asked: Payment,
  call: ProviderCall,
  recordIn: (read: Payment) => Payment,
): Promise<Payment> {
  return writeOptimistically<Payment, Payment, Payment>({
    what: `payment of ${asked.orderId}`,
    attempts: ATTEMPTS,
    // While a card is authorised the stock is mostly reserved, and a read costs a fifth of a lost write.
    ...(call.kind !== "authorize" && { known: asked }),
    load: async () => (await store.load(asked.orderId)) ?? asked,
    save: store.save,
    decide(read) {
      const outstanding = nextCall(read);
      if (!outstanding || keyOf(outstanding) !== keyOf(call)) return { answer: read };
      const next = recordIn(read);
      return { write: next, answer: next };
    },
  });
}

/** Calls of the same key have the same answer. */
function keyOf(call: ProviderCall): string {
  return `${call.kind} ${call.kind === "authorize" ? call.since : call.intentId}`;
}

function ask(gateway: PaymentPorts["gateway"], orderId: string, call: ProviderCall): Promise<ProviderAnswer> {
  switch (call.kind) {
    case "authorize":
      return gateway.authorize(orderId, call.charge, call.since);
    case "capture":
      return gateway.capture(orderId, call.intentId);
    case "void":
      return gateway.void(orderId, call.intentId);
    case "refund":
      return gateway.refund(orderId, call.intentId);
  }
}
