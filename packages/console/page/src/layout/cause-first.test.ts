// An event comes before what it caused, though the bus tells of it afterwards.
import { expect, test } from "vitest";
import { at, attempt, delivered, event } from "../testing/moments.ts";
import { causeFirst } from "./cause-first.ts";

const reserve = attempt([12, 60], "reserve-stock", "OrderPlaced", { service: "inventory" });
const kinds = (moments: ReturnType<typeof causeFirst>) => moments.map((each) => `${each.kind} ${each.at}`);

test("an event that was told of after its messages had arrived is dated by the first of them", () => {
  const moments = [
    delivered(5, "reserve-stock", "OrderPlaced"),
    delivered(6, "notify-customer", "OrderPlaced"),
    reserve,
    event(20, "OrderPlaced", "orders"),
  ];
  expect(kinds(causeFirst(moments))).toEqual([
    `event ${at(5)}`,
    `delivered ${at(5)}`,
    `delivered ${at(6)}`,
    `attempt ${at(12)}`,
  ]);
});

test("an event that was told of first stays where it is", () => {
  const moments = [event(4, "OrderPlaced", "orders"), delivered(5, "reserve-stock", "OrderPlaced"), reserve];
  expect(causeFirst(moments)).toEqual(moments);
});

test("a repeat is not dated by the messages of the first, nor by one that came late", () => {
  const moments = [
    delivered(5, "reserve-stock", "OrderPlaced"),
    event(6, "OrderPlaced", "orders"),
    delivered(500, "notify-customer", "OrderPlaced"),
    delivered(119_998, "reserve-stock", "OrderPlaced"),
    event(120_000, "OrderPlaced", "orders"),
  ];
  const events = causeFirst(moments).filter(({ kind }) => kind === "event");
  expect(events.map((each) => each.at)).toEqual([at(5), at(119_998)]);
});

test("a repeat soon after the first is dated by its own messages", () => {
  const moments = [
    delivered(5, "reserve-stock", "OrderPlaced"),
    event(6, "OrderPlaced", "orders"),
    delivered(300, "reserve-stock", "OrderPlaced"),
    event(302, "OrderPlaced", "orders"),
  ];
  const events = causeFirst(moments).filter(({ kind }) => kind === "event");
  expect(events.map((each) => each.at)).toEqual([at(5), at(300)]);
});

test("another event's messages do not count", () => {
  const moments = [delivered(5, "capture-payment", "StockReserved"), event(9, "OrderPlaced", "orders")];
  expect(causeFirst(moments)).toEqual(moments);
});
