// A payment as an item of the table: without what most payments have none of, as each byte is written often.

import { dueAttributes } from "@order-saga/messaging/due";
import type { Item } from "@order-saga/messaging/dynamodb";
import { paymentRecord } from "@order-saga/protocol/records";
import { emptyParts, type Payment } from "../payment.ts";

export function toItem(payment: Payment): Item {
  return {
    ...paymentRecord.key(payment.orderId),
    ...withoutEmpty(payment),
    ...dueAttributes(payment.orderId, payment.dueAt),
  };
}

export function toPayment(item: Item): Payment {
  const { pk: _pk, sk: _sk, dueShard: _shard, ...payment } = item;
  return { ...emptyParts, ...payment } as unknown as Payment;
}

function withoutEmpty(payment: Payment): object {
  const isEmpty = (name: string, value: unknown) =>
    name in emptyParts && (value === 0 || (Array.isArray(value) && value.length === 0));
  return Object.fromEntries(Object.entries(payment).filter(([name, value]) => !isEmpty(name, value)));
}
