// What observers are told: the services' own events and deliveries, whenever they join.
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { EventType } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AcceptedEvent } from "../src/observer.ts";
import { BUS_NAME } from "../src/source-folders.ts";
import { type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
beforeAll(async () => {
  saga = await startSaga();
});
afterAll(() => saga.stop());

const event = anEvent("OrderPlaced", { orderId: `ord_${"5".repeat(32)}` });
const put = (Source: string, DetailType: string = event.type) =>
  saga.runtime.clients.eventBridge.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: BUS_NAME, Source, DetailType, Detail: JSON.stringify(event) }],
    }),
  );

/** But those that hear of a bulk's orders only. */
const hearingOf = (type: EventType) =>
  allReactions(services).filter(
    ({ manifest: { having, hears } }) => hears.includes(type) && having.bulkId !== true,
  );

test("an event is told with its reactions; another source or an unknown type is not", async () => {
  const accepted: AcceptedEvent[] = [];
  saga.runtime.observe({ eventAccepted: (each) => accepted.push(each) });
  await put("shop.payment");
  await put("shop.orders", "SomethingElse");
  await put("shop.orders");
  await saga.idle();
  const hearing = hearingOf(event.type);
  const [first, ...others] = accepted.filter((each) => each.event.type === event.type);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ event, isReplay: false });
  expect(first?.reactions.toSorted()).toEqual(hearing.map(({ manifest }) => manifest.name).sort());
  expect(accepted.filter((each) => each.event.id === event.id)).toEqual([first]);
});

test("a delivery to a reaction's queue is told by the reaction's name", async () => {
  const delivered: string[] = [];
  saga.runtime.observe({ messageDelivered: ({ reaction }) => delivered.push(reaction) });
  await put("shop.orders");
  await saga.idle();
  const hearing = hearingOf(event.type);
  expect(delivered).toEqual(expect.arrayContaining(hearing.map(({ manifest }) => manifest.name)));
});
