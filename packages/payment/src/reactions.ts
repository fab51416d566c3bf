// What payment does when it hears: write the fact, then ask the provider until nothing is outstanding.
import { answersTo, type Cause, causedBy, type EventType } from "@order-saga/contracts";
import type { React } from "@order-saga/messaging";
import type { PaymentGateway } from "./gateway/gateway.ts";
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
import type { PaymentStore } from "./store/store.ts";

export type PaymentPorts = {
  store: PaymentStore;
  gateway: PaymentGateway;
  /** Milliseconds; read anew for every write, because asking the provider takes time. */
  clock: () => number;
  /** For so long a function that has asked the provider may still be waiting for its answer. */
  functionTimeoutSeconds: number;
};

const ATTEMPTS = 10;

/**
 * A new fact says what it led to; a duplicate says again all that was recorded, because whoever heard it first
 * may have died between its write and its publishing.
 */
export function hearForPayment<T extends EventType & Heard["type"]>(ports: PaymentPorts): React<T> {
  return async (given) => {
    const event = given as unknown as Heard;
    const { alreadySaid, began, payment } = await writeFact(ports, event);
    const answer = (to: Payment) =>
      answersTo(event.type, recorded(to)).filter(({ type }) => !alreadySaid.has(type));
    // Whoever began the authorisation has not acknowledged its message and finishes it, this fact included;
    // asking the provider for the same key at the same time would only fail. If it dies, its message returns.
    if (!began && isBeingAuthorized(payment, ports.clock(), ports.functionTimeoutSeconds))
      return answer(payment);
    return answer(await finish(ports, payment, (now) => causedBy(event, now)));
  };
}

type WrittenFact = {
  payment: Payment;
  /** True if this delivery's own write intends the authorisation. */
  began: boolean;
  /** What others have recorded and say; empty if the fact was known already. */
  alreadySaid: ReadonlySet<EventType>;
};

async function writeFact({ store, clock }: PaymentPorts, event: Heard): Promise<WrittenFact> {
  const intended = new Set<string>();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const known = await store.load(event.orderId);
    const next = hear(known, event, clock());
    if (next === known) {
      // A write that failed may be there all the same, if its answer was lost and the client wrote it again. Two
      // deliveries that begin in the same millisecond both pass for its writer, and both ask with the same key.
      const began = next.authorization.state === "PENDING" && intended.has(next.authorization.since);
      return { payment: next, began, alreadySaid: new Set() };
    }
    const began = next.authorization.state === "PENDING" && known?.authorization.state !== "PENDING";
    if (began && next.authorization.state === "PENDING") intended.add(next.authorization.since);
    const alreadySaid = new Set(known ? recorded(known).map(({ type }) => type) : []);
    if (await store.save(next)) return { payment: next, began, alreadySaid };
  }
  throw contended(event.orderId);
}

/** Asks the provider, and records each answer, until nothing is outstanding. */
export async function finish(
  ports: PaymentPorts,
  payment: Payment,
  causeAt: (now: number) => Cause,
  mark: (payment: Payment) => Payment = (each) => each,
): Promise<Payment> {
  let current = payment;
  let asked: { call: ProviderCall; answer: ProviderAnswer } | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const call = nextCall(current);
    if (!call) return current;
    // Where another fact was written meanwhile, what is outstanding is mostly the same, and so is its answer.
    if (!asked || keyOf(asked.call) !== keyOf(call)) {
      asked = { call, answer: await ask(ports.gateway, current.orderId, call) };
      if (call.kind === "authorize") {
        // The stock is mostly reserved in the meantime, and a read costs a fifth of a lost write.
        current = (await ports.store.load(current.orderId)) ?? current;
        continue;
      }
    }
    const { answer } = asked;
    const next = record(mark(current), answer, causeAt(ports.clock()));
    if (await ports.store.save(next)) current = next;
    else current = (await ports.store.load(current.orderId)) ?? current;
  }
  throw contended(payment.orderId);
}

/** Calls of the same key have the same answer. */
function keyOf(call: ProviderCall): string {
  return `${call.kind} ${call.kind === "authorize" ? call.since : call.intentId}`;
}

function ask(gateway: PaymentGateway, orderId: string, call: ProviderCall): Promise<ProviderAnswer> {
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

function contended(orderId: string): Error {
  return new Error(`The payment of ${orderId} is contended: ${ATTEMPTS} attempts to write it failed.`);
}
