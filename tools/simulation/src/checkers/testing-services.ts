// The services of the checkers' test world: the shipped rules directly over the world's tables.

import {
  answersTo,
  type DomainEvent,
  type EventOf,
  type ServiceName,
  subjectOf,
} from "@order-saga/contracts";
import * as stock from "@order-saga/inventory/reservation";
import type { StockAccount } from "@order-saga/inventory/store/memory";
import * as mail from "@order-saga/notification/notification";
import * as orders from "@order-saga/orders/order";
import * as payment from "@order-saga/payment/payment";
import { paymentRecord, reservationRecord } from "@order-saga/protocol/records";
import type { Intent } from "./observed.ts";
import { notificationOf, orderOf, paymentOf, reservationOf, stockOf } from "./records.ts";
import type { Card, World } from "./testing-world.ts";

const terms = { actionWithinSeconds: 600 };

type React = (world: World, event: DomainEvent, card: Card) => DomainEvent[];

/** What the services of the protocol do with an event, in one step; each answers with what it says. */
export const reactions: { readonly [S in ServiceName]?: React } = {
  inventory(world, event) {
    const known = reservationOf(world, subjectOf(event));
    if (event.type === "OrderPlaced") {
      if (known) return answersTo(event.type, stock.recorded(known));
      const wanted = stock.reserve(event, world.now, 900);
      const available = new Map(wanted.lines.map(({ sku }) => [sku, stockOf(world, sku)?.available ?? 0]));
      const shortages = stock.shortagesOf(wanted.lines, available);
      const next = shortages.length > 0 ? stock.reject(event, shortages, world.now) : wanted;
      write(world, next, { from: "available", to: "reserved" });
      return stock.recorded(next);
    }
    const step =
      event.type === "PaymentCaptured"
        ? stock.commit(known, event, world.now)
        : stock.release(known, event as EventOf<"PaymentAborted">, world.now);
    if (!step) return answersTo(event.type, known ? stock.recorded(known) : []);
    write(world, step.next, step.movement);
    return stock.recordedSince(known, step.next);
  },

  payment(world, event, card) {
    const known = paymentOf(world, subjectOf(event));
    let next = payment.hear(known, event as payment.Heard, world.now, terms);
    for (let call = payment.nextCall(next); call; call = payment.nextCall(next)) {
      const cause = { causationId: event.id, now: world.now };
      next = payment.record(next, ask(world, subjectOf(event), call, card), cause, terms);
    }
    world.put("payment", paymentRecord.key(subjectOf(event)).pk, paymentRecord.sk, next);
    const before = new Set((known ? payment.recorded(known) : []).map(({ id }) => id));
    return payment.recorded(next).filter(({ id }) => !before.has(id));
  },

  orders(world, event) {
    const next = orders.track(
      orderOf(world, subjectOf(event)) as orders.Order,
      event as orders.Tracked,
      world.now,
    );
    world.amend("orders", subjectOf(event), next);
    return orders.answersOf(next, event);
  },

  notification(world, event) {
    const orderId = subjectOf(event);
    const turn = { by: `claim-${world.deliveries.length}`, now: world.now, claimLife: 60_000 };
    const known = notificationOf(world, orderId) ?? mail.blank(orderId);
    let taken = mail.claimNextMail(mail.hear(known, event as mail.Heard, world.now), turn);
    while (taken.next.do === "send") {
      const { kind } = taken.next;
      const messageId = `${orderId}.${kind}@shop`;
      world.mails.push({
        at: world.now,
        orderId,
        kind,
        to: "ada@example.com",
        subject: kind,
        messageId,
      });
      const sent = { state: "SENT", providerMessageId: messageId } as const;
      taken = mail.claimNextMail(mail.settle(taken.notification, kind, sent, turn), turn);
    }
    world.amend("notification", orderId, { ...taken.notification, version: known.version + 1 });
    return [];
  },
};

function write(
  world: World,
  next: stock.Reservation,
  movement: { from: "available" | stock.Movement["from"]; to: "reserved" | stock.Movement["to"] } | undefined,
): void {
  world.put("inventory", reservationRecord.key(next.orderId).pk, reservationRecord.sk, next);
  if (!movement) return;
  for (const { quantity, sku } of next.lines) {
    const account = stockOf(world, sku) as StockAccount;
    const { from, to } = movement;
    world.amendStock(sku, { [from]: account[from] - quantity, [to]: account[to] + quantity });
  }
}

/** The provider, which does what it is asked. */
function ask(world: World, orderId: string, call: payment.ProviderCall, card: Card): payment.ProviderAnswer {
  const [known] = world.intents.get(orderId) ?? [];
  const keep = (change: Partial<Intent>) => world.intents.set(orderId, [{ ...(known as Intent), ...change }]);
  switch (call.kind) {
    case "authorize": {
      const { amount, currency } = call.charge;
      const intentId = `pi_${orderId}`;
      const state = card === "declined" ? ("declined" as const) : ("held" as const);
      const untouched = { captured: 0, captures: 0, ownCaptures: 0, refunded: 0, refunds: [], disputes: [] };
      keep({ intentId, orderId, state, amount, currency, ...untouched });
      return card === "declined"
        ? { kind: "declined", code: "generic_decline", reason: "card_declined" }
        : { kind: "authorized", intentId };
    }
    case "capture":
      if (card === "capture fails") {
        keep({ state: "voided" });
        return { kind: "capture-failed", code: "expired_card", reason: "card_declined" };
      }
      keep({ state: "captured", captured: call.charge.amount, captures: 1, ownCaptures: 1 });
      return { kind: "captured", amount: call.charge.amount };
    case "void":
      keep({ state: "voided" });
      return { kind: "voided" };
    case "refund": {
      const { amount, id: refundId } = call.refund;
      const providerId = `re_${refundId}`;
      const made = { id: providerId, refundId, amount, status: "succeeded", wasMade: true } as const;
      keep({ refunded: (known?.refunded ?? 0) + amount, refunds: [...(known?.refunds ?? []), made] });
      return { kind: "refund", refundId, status: "SUCCEEDED", providerId };
    }
  }
}
