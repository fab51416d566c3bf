// The named races of the protocol, against the embedded runtime: real queues, real functions, real wire
// protocols.
import {
  CreateArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  StartReplayCommand,
} from "@aws-sdk/client-eventbridge";
import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { anEvent, envelopeOf } from "@order-saga/messaging/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { BUS_NAME } from "../src/source-folders.ts";
import { type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
beforeAll(async () => {
  saga = await startSaga();
});
afterAll(() => saga.stop());

// After every race the books must balance: no test may leave money held or stock reserved.
afterEach(async () => {
  await saga.idle();
  expect(violationsAtRest(await readBooks(saga.runtime), saga.runtime.witness.seen())).toEqual([]);
});

const mappingOf = (name: string) => {
  const mapping = saga.runtime.mappings.get(name);
  if (!mapping) throw new Error(`There is no queue ${name}.`);
  return mapping;
};

/** Holds a reaction's queue while `act` runs, then lets it go on. */
async function holding(queues: string[], act: () => Promise<void>): Promise<void> {
  await Promise.all(queues.map((name) => mappingOf(name).disable()));
  await act();
  for (const name of queues) mappingOf(name).enable();
}

const typesOf = (orderId: string) => [...new Set(saga.eventsOf(orderId).map((event) => event.type))];
const minutes = (count: number) => count * 60_000;

test("authorised before reserved: the order is confirmed", async () => {
  let orderId = "";
  await holding(["inventory-reserve-stock"], async () => {
    orderId = await saga.place();
    await saga.until(orderId, "PaymentAuthorized");
  });
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
});

test("reserved before authorised: the order is confirmed", async () => {
  let orderId = "";
  await holding(["payment-authorize-payment"], async () => {
    orderId = await saga.place();
    await saga.until(orderId, "StockReserved");
  });
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
});

test("rejected before placed at payment: the card is never touched", async () => {
  let orderId = "";
  await holding(["payment-authorize-payment"], async () => {
    orderId = await saga.place({ sku: "TEA-GYOKURO" });
    const aborted = await saga.until(orderId, "PaymentAborted");
    expect(aborted).toMatchObject({ data: { reason: "out_of_stock", held: false } });
  });
  expect(await saga.settled(orderId)).toBe("REJECTED");
  await saga.idle();
  expect(typesOf(orderId)).not.toContain("PaymentAuthorized");
  expect(saga.runtime.aws.payments.intents().filter((each) => each.metadata.orderId === orderId)).toEqual([]);
});

test("cancelled before placed at payment: nothing is authorised, then or later", async () => {
  let orderId = "";
  await holding(["payment-authorize-payment"], async () => {
    orderId = await saga.place();
    await saga.cancel(orderId);
    await saga.until(orderId, "PaymentAborted");
  });
  expect(await saga.settled(orderId)).toBe("CANCELLED");
  await saga.idle();
  expect(saga.runtime.aws.payments.intents().filter((each) => each.metadata.orderId === orderId)).toEqual([]);
});

test("aborted before placed at inventory: a tombstone keeps the stock free", async () => {
  let orderId = "";
  await holding(["inventory-reserve-stock"], async () => {
    orderId = await saga.place({ sku: "CUP-PORCELAIN" });
    await saga.until(orderId, "PaymentAuthorized");
    await saga.cancel(orderId);
    expect(await saga.until(orderId, "StockReleased")).toMatchObject({ data: { held: false } });
  });
  await saga.idle();
  expect(typesOf(orderId)).not.toContain("StockReserved");
  expect((await saga.request("GET", "/stock/CUP-PORCELAIN")).body).toMatchObject({
    available: 3,
    reserved: 0,
  });
});

test("cancel against capture: whichever is first, money and stock end together", async () => {
  const orderIds = await Promise.all(Array.from({ length: 12 }, () => saga.place()));
  await Promise.all(
    orderIds.map(async (orderId, index) => {
      if (index % 3 === 1) await saga.until(orderId, "PaymentAuthorized");
      if (index % 3 === 2) await saga.until(orderId, "PaymentCaptured");
      await saga.cancel(orderId);
    }),
  );
  for (const orderId of orderIds) await saga.until(orderId, "OrderCancelled");
});

test("cancelled after the capture: refunded, and the stock returns", async () => {
  const orderId = await saga.place();
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  await saga.cancel(orderId);
  await saga.until(orderId, "PaymentRefunded");
  await saga.until(orderId, "StockReleased");
  expect(await saga.settled(orderId)).toBe("CANCELLED");
  expect((await saga.order(orderId)).status).toBe("CANCELLED");
});

test("the refund overtakes the capture at inventory: released once, and the late capture changes nothing", async () => {
  let orderId = "";
  await holding(["inventory-commit-stock"], async () => {
    orderId = await saga.place();
    await saga.until(orderId, "PaymentCaptured");
    await saga.cancel(orderId);
    await saga.until(orderId, "StockReleased");
  });
  await saga.idle();
  expect(typesOf(orderId)).not.toContain("StockCommitted");
});

test("expiry against capture: past the deadline nothing is captured and everything is given back", async () => {
  let orderId = "";
  await holding(["payment-capture-payment"], async () => {
    orderId = await saga.place();
    await saga.until(orderId, "StockReserved");
    await saga.until(orderId, "PaymentAuthorized");
    await saga.runtime.advanceClock(minutes(16));
    await saga.runtime.schedules.runNow();
    expect(await saga.until(orderId, "PaymentAborted")).toMatchObject({ data: { reason: "expired" } });
  });
  expect(await saga.settled(orderId)).toBe("REJECTED");
});

test("the provider's answer is lost after its effect: the same key finds the same authorisation", async () => {
  saga.runtime.faults.set([{ kind: "provider", outcome: "unknown", times: 1 }]);
  const orderId = await saga.place();
  await retryUntil(() => typesOf(orderId).includes("PaymentCaptured"));
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  const intents = saga.runtime.aws.payments.intents().filter((each) => each.metadata.orderId === orderId);
  expect(intents).toHaveLength(1);
});

test("the provider is down: the order waits, then settles", async () => {
  saga.runtime.faults.set([{ kind: "provider", outcome: "down" }]);
  const orderId = await saga.place();
  await saga.until(orderId, "StockReserved");
  saga.runtime.faults.remove();
  await retryUntil(() => typesOf(orderId).includes("OrderConfirmed"));
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
});

test("cancelled while the authorisation is in flight: it is finished, then voided", async () => {
  saga.runtime.faults.set([{ kind: "provider", outcome: "unknown", times: 1 }]);
  const orderId = await saga.place();
  await saga.cancel(orderId);
  await retryUntil(() => typesOf(orderId).includes("OrderCancelled"));
  expect(await saga.settled(orderId)).toBe("CANCELLED");
});

test("two sandboxes on the same OrderPlaced, and the same order twice in one batch", async () => {
  let orderId = "";
  await holding(["payment-authorize-payment", "inventory-reserve-stock"], async () => {
    orderId = await saga.place();
    const placed = await saga.until(orderId, "OrderPlaced");
    for (const name of ["payment-authorize-payment", "inventory-reserve-stock"]) {
      await saga.runtime.clients.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: saga.runtime.queueUrls.get(name),
          Entries: Array.from({ length: 9 }, (_, index) => ({
            Id: String(index),
            MessageBody: envelopeOf(placed),
          })),
        }),
      );
    }
  });
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  await saga.idle();
  const intents = saga.runtime.aws.payments.intents().filter((each) => each.metadata.orderId === orderId);
  expect(intents).toHaveLength(1);
});

test("every event of a settled order delivered again changes nothing", async () => {
  const orderId = await saga.place();
  await saga.settled(orderId);
  await saga.idle();
  const before = await readBooks(saga.runtime);
  for (const event of saga.eventsOf(orderId)) {
    for (const [name, { hears }] of reactions()) {
      if (!hears.includes(event.type)) continue;
      await saga.runtime.clients.sqs.send(
        new SendMessageCommand({
          QueueUrl: saga.runtime.queueUrls.get(name),
          MessageBody: envelopeOf(event),
        }),
      );
    }
  }
  await saga.idle();
  const after = await readBooks(saga.runtime);
  expect(after).toEqual(before);
});

test("the archive of a settled day is replayed: nothing changes", async () => {
  const { eventBridge } = saga.runtime.clients;
  const bus = await eventBridge.send(new DescribeEventBusCommand({ Name: BUS_NAME }));
  const archive = await eventBridge.send(
    new CreateArchiveCommand({ ArchiveName: "day", EventSourceArn: bus.Arn }),
  );
  const orderIds = await Promise.all(
    ["pm_card_visa", "pm_card_visa_chargeDeclined"].map((paymentMethod) => saga.place({ paymentMethod })),
  );
  for (const orderId of orderIds) await saga.settled(orderId);
  await saga.idle();
  const before = await readBooks(saga.runtime);
  const said = orderIds.map((orderId) => saga.eventsOf(orderId).length);
  await saga.runtime.advanceClock(24 * 3600_000);
  await eventBridge.send(
    new StartReplayCommand({
      ReplayName: "again",
      EventSourceArn: archive.ArchiveArn,
      EventStartTime: new Date(saga.runtime.now() - 48 * 3600_000),
      EventEndTime: new Date(saga.runtime.now()),
      Destination: { Arn: bus.Arn },
    }),
  );
  const state = async () =>
    (await eventBridge.send(new DescribeReplayCommand({ ReplayName: "again" }))).State;
  await expect.poll(state, { timeout: 10_000 }).toBe("COMPLETED");
  await saga.idle();
  for (const [index, orderId] of orderIds.entries()) {
    expect(saga.eventsOf(orderId).length).toBeGreaterThan(said[index] ?? 0); // The replay really delivered.
  }
  expect(await readBooks(saga.runtime)).toEqual(before);
});

test("a message of a newer version waits, and is parked with its reason at last, and a field too many is borne", async () => {
  const orderId = await saga.place();
  await saga.settled(orderId);
  const url = saga.runtime.queueUrls.get("orders-track-order");
  const newer = { ...anEvent("StockCommitted", { orderId }), version: 2 };
  const wider = { ...anEvent("StockCommitted", { orderId }), addedLater: true };
  for (const event of [newer, wider]) {
    const body = envelopeOf(event as unknown as ReturnType<typeof anEvent<"StockCommitted">>);
    await saga.runtime.clients.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
  }
  await saga.idle();
  const [parked, ...others] = saga.runtime.aws.queues.messages("orders-track-order-dlq");
  expect(others).toEqual([]);
  expect(parked?.attributes).toMatchObject({
    errorName: "UnknownVersion",
    reaction: "track-order",
    attempts: "5",
  });
});

function reactions(): [string, { hears: readonly string[] }][] {
  return saga.runtime.reactions.map(({ queue, manifest }) => [queue.name, manifest]);
}

/** Moves the clock past visibility timeouts until what was tried in vain has been tried again. */
async function retryUntil(done: () => boolean): Promise<void> {
  for (let round = 0; round < 5 && !done(); round++) {
    await saga.runtime.advanceClock(minutes(2));
    await expect.poll(() => done() || saga.resting(), { timeout: 10_000 }).toBe(true);
  }
}
