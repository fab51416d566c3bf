// The sequence diagram: events in the bus's order, from their producer to each service that hears them.
import { expect, test } from "vitest";
import type { ReactionNode } from "../../../src/console-api.ts";
import { declined } from "../testing/moments.ts";
import { services as names } from "../testing/topology.ts";
import { layoutSequence } from "./sequence.ts";

const reaction = (name: string, service: ReactionNode["service"], hears: string[]) =>
  ({ name, service, hears, says: [] }) as unknown as ReactionNode;
const services = names.map((name) => ({ name, routes: [], schedules: [] }));
const reactions = [
  reaction("reserve-stock", "inventory", ["OrderPlaced"]),
  reaction("authorize-payment", "payment", ["OrderPlaced"]),
  reaction("release-stock", "inventory", ["PaymentDeclined"]),
  reaction("track-order", "orders", ["PaymentDeclined", "StockReleased", "StockReserved"]),
];

test("one message for each event, downwards in the order in which the bus took them", () => {
  const { messages, lifelines, height } = layoutSequence(declined(), { reactions, services }, 800);
  expect(messages.map(({ type }) => type)).toEqual([
    "OrderPlaced",
    "StockReserved",
    "PaymentDeclined",
    "StockReleased",
  ]);
  expect(messages.map(({ milliseconds }) => milliseconds)).toEqual([0, 35, 75, 115]);
  const ys = messages.map(({ y }) => y);
  expect(ys).toEqual(ys.toSorted((a, b) => a - b));
  expect(Math.max(...ys)).toBeLessThan(height);
  expect(lifelines.map(({ name }) => name)).toEqual(names);
});

test("an arrow for each service that hears it, however many of its reactions do", () => {
  const { messages, lifelines } = layoutSequence(declined(), { reactions, services }, 800);
  const x = (name: string) => lifelines.find((each) => each.name === name)?.x;
  const [placed, , refused] = messages;
  expect(placed).toMatchObject({ fromX: x("orders"), toX: [x("inventory"), x("payment")] });
  expect(refused).toMatchObject({
    fromX: x("payment"),
    toX: [x("orders"), x("inventory")],
    heardBy: ["release-stock", "track-order"],
  });
});
