// An order's moments are sorted causes first, though the bus reports an event after its messages.

import { expect, test } from "vitest";
import type { Moment } from "./console-api.ts";
import { causeFirst } from "./order-detail.ts";

const at = (milliseconds: number) => new Date(milliseconds).toISOString();
const event = (milliseconds: number): Moment => ({
  kind: "event",
  at: at(milliseconds),
  number: 1,
  id: "e",
  type: "OrderPlaced",
  producer: "orders",
  causationId: null,
  isRepeat: false,
  isReplay: false,
});
const delivered = (milliseconds: number): Moment => ({
  kind: "delivered",
  at: at(milliseconds),
  reaction: "reserve-stock",
  eventId: "e",
});

test("an event stands before its messages, also in the millisecond in which they came", () => {
  expect(causeFirst([delivered(5), event(5)])).toEqual([event(5), delivered(5)]);
  expect(causeFirst([delivered(5), delivered(7), event(4)])).toEqual([event(4), delivered(5), delivered(7)]);
});

test("a message that comes again later stays after it", () => {
  expect(causeFirst([event(4), delivered(5), delivered(120_000)])).toEqual([
    event(4),
    delivered(5),
    delivered(120_000),
  ]);
});
