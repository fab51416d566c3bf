// The routes of payment: a customer's payment, a clerk's refund, and the provider's doorbell.
import { OrderId, type RefundRequest } from "@order-saga/contracts";
import {
  type AuthenticatedRequest,
  type HttpAnswer,
  type HttpRequest,
  idempotencyKeyOf,
  problem,
} from "@order-saga/messaging/http";
import { writeOptimistically } from "@order-saga/messaging/optimistic";
import { type Open, type SealForKnown, textsOf } from "@order-saga/messaging/personal-data/personal-data";
import type { SendTasks } from "@order-saga/messaging/tasks";
import { ATTEMPTS } from "./finish.ts";
import { type ClerksRefund, type Refund, type RefundRequested, requestRefund } from "./ledger.ts";
import { currencyOf, type Payment, written } from "./payment.ts";
import type { PaymentStore } from "./ports.ts";
import { type Ringing, ringTask } from "./ring.ts";
import { refundView, view } from "./views.ts";

type ReadPorts = { store: Pick<PaymentStore, "load">; personalData: Open; returnUrl?: string };

export function getPaymentHandler(ports: ReadPorts) {
  return async ({ path, principal }: AuthenticatedRequest<undefined>): Promise<HttpAnswer> => {
    const payment = await load(ports.store, path.orderId);
    // Another customer's order is answered like one that is not there.
    if (payment?.charge?.principal !== principal) throw unknown();
    const body = view(await withReasons(ports.personalData, payment), ports.returnUrl);
    if (!body) throw unknown();
    return { status: 200, headers: { "cache-control": "private, no-store" }, body };
  };
}

/** With the clerk's words, unless the customer was forgotten. */
async function withReasons(personalData: Open, payment: Payment): Promise<Payment> {
  const sealed = payment.refunds.flatMap(({ sealedReason }) => sealedReason ?? []);
  const texts = await textsOf(personalData, sealed, payment.orderId);
  const refunds = payment.refunds.map((refund) => {
    const reason = refund.reason ?? texts.get(refund.sealedReason);
    return { ...refund, ...(reason !== undefined && { reason }) };
  });
  return { ...payment, refunds };
}

export type RefundPorts = {
  personalData: SealForKnown;
  store: PaymentStore;
  /** To the queue of hear-provider, which carries the refund out. */
  ring: SendTasks;
  /** A hash of the text, in hex; the same text has the same. */
  hash: (text: string) => string;
};

/** A clerk refunds orders of every customer: the scope decides, not the principal. */
export function requestRefundHandler(ports: RefundPorts) {
  return async (request: AuthenticatedRequest<RefundRequest>): Promise<HttpAnswer> => {
    const { body, now, path } = request;
    const key = idempotencyKeyOf(request);
    const { reason, ...rest } = body;
    const asked = {
      ...rest,
      id: `rf_${ports.hash([path.orderId, request.principal, key].join("\n")).slice(0, 32)}`,
      fingerprint: ports.hash(JSON.stringify(body)),
    };
    const { payment, refund } = await writeRefund(ports, path.orderId, { ...asked, reason }, now);
    const { authorization } = payment;
    // Also for a repeated request: the one before may have died between its write and this.
    if (refund.status === "REQUESTED" && "intentId" in authorization)
      await ports.ring([ringTask({ intentId: authorization.intentId, orderId: payment.orderId })]);
    return { status: 202, body: { ...refundView(refund), ...(reason !== undefined && { reason }) } };
  };
}

type Asked = Omit<ClerksRefund, "sealedReason"> & { readonly reason: string | undefined };

function writeRefund(
  { personalData, store }: Pick<RefundPorts, "personalData" | "store">,
  id: string | undefined,
  { reason, ...asked }: Asked,
  now: number,
) {
  let sealedReason: string | undefined;
  return writeOptimistically<Payment, Payment, { payment: Payment; refund: Refund }>({
    what: `payment of ${id}`,
    attempts: ATTEMPTS,
    load: async () => {
      const payment = await load(store, id);
      if (!payment?.charge) throw unknown();
      return payment;
    },
    save: store.save,
    async decide(read) {
      const { charge, orderId } = read;
      if (reason !== undefined)
        sealedReason ??= await personalData.sealForKnown(charge?.principal ?? orderId, orderId, reason);
      const requested = requestRefund(read, { ...asked, sealedReason }, now);
      if ("refusal" in requested) throw refused(requested, read);
      const { isNew, payment, refund } = requested;
      if (!isNew) return { answer: { payment, refund } };
      const next = written(payment, now);
      return { write: next, answer: { payment: next, refund } };
    },
  });
}

function refused(refusal: Extract<RefundRequested, { refusal: string }>, payment: Payment) {
  const currency = currencyOf(payment);
  switch (refusal.refusal) {
    case "not-captured":
      return problem(409, "not-captured", "No money of this order was taken.");
    case "idempotency-key-reused":
      return problem(422, "idempotency-key-reused", "This Idempotency-Key came with another refund before.");
    case "refund-not-in-steps":
      return problem(422, "refund-not-in-steps", "The provider cannot give back such an amount.", {
        detail: `In ${currency} it gives back multiples of ${refusal.step} minor units.`,
      });
    case "refund-too-large":
      return problem(422, "refund-too-large", "More than is left to give back.", {
        detail: `At most ${refusal.free} minor units of ${currency}, and of each line at most what was bought.`,
      });
  }
}

export type WebhookPorts = {
  /** What is wrong with the signature; undefined if it is good. */
  signatureFault: (bytes: Buffer, signature: string | undefined, now: number) => string | undefined;
  /** The intent to look at; undefined if there is nothing to do. Throws for what it cannot read. */
  intentToLookAt: (bytes: Buffer) => Ringing | undefined;
  ring: SendTasks;
};

/** Its body decides nothing: it only says where to look. */
export function hearWebhookHandler({ intentToLookAt, ring, signatureFault }: WebhookPorts) {
  return async ({ bytes, header, log, now }: HttpRequest<undefined>): Promise<HttpAnswer> => {
    const body = bytes();
    const fault = signatureFault(body, header("stripe-signature"), now);
    if (fault !== undefined) {
      log("warn", "a webhook's signature does not verify", { errorName: fault });
      throw problem(400, "invalid-signature", "The signature is missing, wrong, or older than five minutes.");
    }
    const ringing = readable(() => intentToLookAt(body));
    if (ringing) await ring([ringTask(ringing)]);
    return { status: 200, body: { queued: ringing !== undefined } };
  };
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw problem(400, "invalid-body", "The body is no event.");
  }
}

async function load(store: Pick<PaymentStore, "load">, id: string | undefined) {
  const orderId = OrderId.safeParse(id);
  return orderId.success ? store.load(orderId.data) : undefined;
}

const unknown = () => problem(404, "unknown-order", "There is no such order, or no payment of it yet.");
