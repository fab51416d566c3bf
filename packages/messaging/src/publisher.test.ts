// The publisher reads every answer of the bus: what was refused is tried again, and only that.
import type { PutEventsRequestEntry, PutEventsResponse } from "@aws-sdk/client-eventbridge";
import { type DomainEvent, eventTypes, groupOf } from "@order-saga/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { PublishError } from "./errors.ts";
import { assertPublishable, createPublisher, split } from "./publisher.ts";
import { anEvent } from "./testing.ts";

const orderIdOf = (number: number) => `ord_${String(number).padStart(32, "0")}`;
const events = (count: number) =>
  Array.from({ length: count }, (_, index) => anEvent("OrderCancelled", { orderId: orderIdOf(index) }));

/**
 * A bus that gives these answers in turn, then accepts everything; `seen` holds the orders of each request.
 */
function aBus(...answers: PutEventsResponse[]) {
  const requests: PutEventsRequestEntry[][] = [];
  const send = async (command: { input: { Entries: PutEventsRequestEntry[] } }) => {
    requests.push(command.input.Entries);
    return answers.shift() ?? { FailedEntryCount: 0 };
  };
  const pauses: number[] = [];
  const pause = async (longest: number) => void pauses.push(longest);
  const publish = createPublisher({ client: { send } as never, busName: "shop", pause });
  const seen = () =>
    requests.map((entries) => entries.map((entry) => Number(entry.Resources?.[1]?.slice(4))));
  return { pauses, publish, requests, seen };
}

const ok = { EventId: "1" };
const refused = { ErrorCode: "ThrottlingException", ErrorMessage: "slow down" };

test("an event goes out under its owner's source, its type and its order", async () => {
  const bus = aBus();
  const event = anEvent("StockReserved");
  await bus.publish([event]);
  expect(bus.requests).toEqual([
    [
      {
        EventBusName: "shop",
        Source: "shop.inventory",
        DetailType: "StockReserved",
        Time: new Date(event.occurredAt),
        Resources: [groupOf(event.orderId), event.orderId],
        Detail: JSON.stringify(event),
      },
    ],
  ]);
});

test("an event that breaks its contract is not published, nor what was to go with it", async () => {
  const bus = aBus();
  const broken = anEvent("OrderCancelRequested", { data: { reason: "secret ".repeat(100) } });
  const error = await bus.publish([anEvent("OrderPlaced"), broken]).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toBe(
    "OrderCancelRequested breaks its contract at /data/reason: too_big; it is not published.",
  );
  expect(bus.requests).toEqual([]);
});

test("an event with a field that only a newer version knows is published with it", async () => {
  const bus = aBus();
  const newer = { ...anEvent("OrderPlaced"), added: 1 };
  await bus.publish([newer]);
  expect(JSON.parse(bus.requests[0]?.[0]?.Detail ?? "")).toEqual(newer);
});

test.each(eventTypes)("a valid %s is publishable, and without its data it is not", (type) => {
  expect(() => assertPublishable([anEvent(type)])).not.toThrow();
  const empty = { ...anEvent(type), data: {} } as unknown as DomainEvent;
  expect(() => assertPublishable([empty])).toThrow(`${type} breaks its contract at /data`);
});

test("nothing to say asks nothing of the bus", async () => {
  const bus = aBus();
  await bus.publish([]);
  expect(bus.requests).toEqual([]);
});

test("only the refused entries of a half failed request are sent again", async () => {
  const bus = aBus({ FailedEntryCount: 2, Entries: [ok, refused, ok, refused] });
  await bus.publish(events(4));
  expect(bus.seen()).toEqual([
    [0, 1, 2, 3],
    [1, 3],
  ]);
});

test("refused again and again in part, each entry is sent until it is accepted", async () => {
  const bus = aBus(
    { FailedEntryCount: 2, Entries: [refused, ok, refused] },
    { FailedEntryCount: 1, Entries: [ok, refused] },
  );
  await bus.publish(events(3));
  expect(bus.seen()).toEqual([[0, 1, 2], [0, 2], [2]]);
});

test("a failure that names no entry counts against all", async () => {
  const both = [0, 1];
  const bus = aBus({ FailedEntryCount: 1 }, { FailedEntryCount: 1, Entries: [{}, {}] });
  await bus.publish(events(2));
  expect(bus.seen()).toEqual([both, both, both]);
  const short = aBus({ FailedEntryCount: 2, Entries: [refused] }, { FailedEntryCount: 1, Entries: [] });
  await short.publish(events(2));
  expect(short.seen()).toEqual([both, [0], [0]]);
});

test("an entry refused three times is an error that names the code", async () => {
  const half = { FailedEntryCount: 1, Entries: [refused] };
  const bus = aBus({ FailedEntryCount: 1, Entries: [ok, refused] }, half, half);
  const error = await bus.publish(events(2)).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(PublishError);
  expect(error.codes).toEqual(["ThrottlingException"]);
  expect(error.refused).toEqual([1]);
  expect(bus.seen()).toEqual([[0, 1], [1], [1]]);
  expect(bus.pauses).toEqual([100, 200]);
});

test("failures that are never named end in an error too", async () => {
  const silent = { FailedEntryCount: 1 };
  const bus = aBus(silent, silent, silent);
  await expect(bus.publish(events(2))).rejects.toThrow("UnnamedFailure");
});

test("a bus that does not answer is an error", async () => {
  const send = async () => {
    throw new Error("away");
  };
  const publish = createPublisher({ client: { send } as never, busName: "shop", pause: async () => {} });
  await expect(publish(events(1))).rejects.toThrow("away");
});

test("twenty-five events go out as ten, ten and five; a refusal in one request repeats no other", async () => {
  const bus = aBus({ FailedEntryCount: 1, Entries: [refused, ...Array(9).fill(ok)] });
  await bus.publish(events(25));
  expect(bus.seen().map((each) => each.length)).toEqual([10, 10, 5, 1]);
  expect(bus.seen().at(-1)).toEqual([0]);
});

test("what is refused in the second of two requests is named by its place in the whole", async () => {
  const lost = { FailedEntryCount: 1, Entries: [ok, refused] };
  const alone = { FailedEntryCount: 1, Entries: [refused] };
  const bus = aBus({ FailedEntryCount: 0 }, lost, alone, alone);
  const error = await bus.publish(events(12)).catch((thrown) => thrown);
  expect(error.refused).toEqual([11]);
});

const entry = fc
  .record({ size: fc.oneof(fc.nat(100), fc.nat(400_000)), wide: fc.boolean(), timed: fc.boolean() })
  .map(
    ({ size, wide, timed }): PutEventsRequestEntry => ({
      Source: "shop.orders",
      DetailType: "OrderPlaced",
      Detail: (wide ? "茶" : "t").repeat(wide ? Math.floor(size / 3) : size),
      ...(timed && { Time: new Date(0) }),
    }),
  );

const bytesOf = (each: PutEventsRequestEntry) =>
  [each.Source, each.DetailType, each.Detail].reduce(
    (sum, text) => sum + new TextEncoder().encode(text).length,
    each.Time ? 14 : 0,
  );

test("a request may have exactly one megabyte", () => {
  const ofBytes = (bytes: number) => ({ Source: "s", DetailType: "d", Detail: "x".repeat(bytes - 2) });
  const half = ofBytes(500_000);
  expect(split([half, half]).map((batch) => batch.length)).toEqual([2]);
  expect(split([half, ofBytes(500_001)]).map((batch) => batch.length)).toEqual([1, 1]);
});

test("split keeps every entry in order, at most ten and one megabyte to a request, and wastes none", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
      const batches = split(entries);
      expect(batches.flat()).toEqual(entries);
      const bytes = batches.map((batch) => batch.reduce((sum, each) => sum + bytesOf(each), 0));
      batches.forEach((batch, index) => {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(10);
        expect(bytes[index]).toBeLessThanOrEqual(1_000_000);
        const [next] = batches[index + 1] ?? [];
        if (next) expect(batch.length === 10 || (bytes[index] ?? 0) + bytesOf(next) > 1_000_000).toBe(true);
      });
    }),
    { numRuns: 50 },
  );
});

test("what fails otherwise than by a refusal is thrown as it is, though another request was refused", async () => {
  const away = new RangeError("away");
  let requests = 0;
  const send = async ({ input }: { input: { Entries: PutEventsRequestEntry[] } }) => {
    requests++;
    if (input.Entries.length < 10) throw away;
    return { FailedEntryCount: 10, Entries: input.Entries.map(() => refused) };
  };
  const publish = createPublisher({ client: { send } as never, busName: "shop", pause: async () => {} });
  await expect(publish(events(17))).rejects.toBe(away);
  expect(requests).toBeGreaterThan(1);
});

test("without places, all that has a code was refused", () => {
  expect(new PublishError(["ThrottlingException", "InternalFailure"]).refused).toEqual([0, 1]);
});

test("what two requests were refused is told together, by its places", async () => {
  const send = async ({ input }: { input: { Entries: PutEventsRequestEntry[] } }) => ({
    FailedEntryCount: input.Entries.length,
    Entries: input.Entries.map(() => refused),
  });
  const publish = createPublisher({ client: { send } as never, busName: "shop", pause: async () => {} });
  const error = await publish(events(17)).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(PublishError);
  expect(error.refused).toEqual([...Array(17).keys()]);
});
