// The orders' ids: of two or three buckets, each order's own is another one.
import { testOrderId } from "@order-saga/messaging/testing";

const orderIds = [testOrderId, `ord_${"0".repeat(31)}1`] as const;

export const orderIdOf = (number: number): string => orderIds[number] ?? testOrderId;

export { orderIds };
