// PutEvents: what is accepted, what is refused entry by entry, and what a queue receives.
import { expect, test } from "vitest";
import { BUS, createWorld, entry, QUEUE } from "./testing.ts";

// User guide, "AWS service event metadata": the envelope.
test("an event reaches the targets of the rules it matches, in AWS's envelope", async () => {
  const world = createWorld();
  await world.addRule();
  const { body } = await world.put(entry, { ...entry, Source: "other" });
  expect(body).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: "id-1-1" }, { EventId: "id-1-2" }] });
  expect(world.bodies()).toEqual([
    {
      version: "0",
      id: "id-1-1",
      "detail-type": "Placed",
      source: "shop",
      account: "000000000000",
      time: "2026-01-05T00:00:00Z",
      region: "eu-west-1",
      resources: ["o1"],
      detail: { sku: "tea", quantity: 2 },
    },
  ]);
});

test("a console hears of every event and of the rules it matched", async () => {
  const world = createWorld();
  await world.addRule();
  await world.put(entry, { ...entry, Source: "other" });
  const heard = world.heard.map(({ event, rules }) => [event.source, rules] as const);
  expect(Object.fromEntries(heard)).toEqual({ shop: ["rule"], other: [] });
});

test.each([
  ["seconds since 1970", 1_700_000_000.5],
  ["ISO 8601", "2023-11-14T22:13:20.500Z"],
])("a time given as %s is delivered in whole seconds", async (_, Time) => {
  const world = createWorld();
  await world.addRule();
  await world.put({ ...entry, Time, Resources: undefined });
  expect(world.bodies()).toMatchObject([{ time: "2023-11-14T22:13:20Z", resources: [] }]);
});

// API reference, "PutEventsResultEntry": the error codes.
test.each([
  ["no source", { Source: undefined }, "InvalidArgument"],
  ["no detail type", { DetailType: undefined }, "InvalidArgument"],
  ["no detail", { Detail: undefined }, "InvalidArgument"],
  ["an empty source", { Source: "" }, "InvalidArgument"],
  ["a detail that is not JSON", { Detail: "{" }, "MalformedDetail"],
  ["a detail that is a list", { Detail: "[]" }, "MalformedDetail"],
  ["a detail that is null", { Detail: "null" }, "MalformedDetail"],
  ["AWS's own source", { Source: "aws.ec2" }, "NotAuthorizedForSourceException"],
  [
    "another account's bus",
    { EventBusName: BUS.replace("000000000000", "999999999999") },
    "ResourceNotFoundException",
  ],
])("an entry with %s fails alone", async (_, broken, code) => {
  const world = createWorld();
  await world.addRule();
  const { status, body } = await world.put({ ...entry, ...broken }, entry);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    FailedEntryCount: 1,
    Entries: [
      { ErrorCode: code, ErrorMessage: expect.stringMatching(/\w/) },
      { EventId: expect.any(String) },
    ],
  });
  expect(world.delivered).toHaveLength(1);
});

// Recorded by LocalStack's tests against AWS: test_put_events_nonexistent_event_bus.
test.each(["nowhere", BUS.replace("default", "nowhere")])(
  "an entry for %s, which is not there, is taken, and its event is gone",
  async (EventBusName) => {
    const world = createWorld();
    await world.addRule();
    expect((await world.put({ ...entry, EventBusName }, entry)).body).toEqual({
      FailedEntryCount: 0,
      Entries: [{ EventId: "id-1-1" }, { EventId: "id-1-2" }],
    });
    expect(world.bodies().map(({ id }) => id)).toEqual(["id-1-2"]);
    expect(world.heard).toHaveLength(1);
  },
);

test.each([
  ["no entries", {}, "ValidationException"],
  ["an empty list", { Entries: [] }, "ValidationException"],
  ["eleven entries", { Entries: Array(11).fill(entry) }, "ValidationException"],
  ["an entry that is no object", { Entries: [null, entry] }, "SerializationException"],
  [
    "a detail that is no text",
    { Entries: [{ ...entry, Detail: { sku: "tea" } }, entry] },
    "SerializationException",
  ],
  ["a time that is none", { Entries: [{ ...entry, Time: "soon" }, entry] }, "SerializationException"],
  [
    "resources that are no list",
    { Entries: [{ ...entry, Resources: "o1" }, entry] },
    "SerializationException",
  ],
  ["a request that is no object", [entry], "SerializationException"],
])("a request with %s is refused as a whole", async (_, input, type) => {
  const world = createWorld();
  await world.addRule();
  const { status, body } = await world.call("PutEvents", input);
  expect({ status, type: body.__type }).toEqual({ status: 400, type });
  expect(world.delivered).toEqual([]);
});

test("ten entries are accepted", async () => {
  const world = createWorld();
  await world.addRule();
  expect((await world.put(...Array(10).fill(entry))).body).toMatchObject({ FailedEntryCount: 0 });
  expect(world.delivered).toHaveLength(10);
});

// User guide, "Calculating PutEvents event entry size": UTF-8 bytes of the texts, and 14 for a time.
test("a megabyte is accepted, one byte more is refused", async () => {
  const world = createWorld();
  await world.addRule();
  const frame = { Source: "shop", DetailType: "é", Resources: ["o1"], Time: 1_700_000_000 };
  const rest = 1024 * 1024 - 4 - 2 - 2 - 14 - '{"x":""}'.length;
  const sized = (bytes: number) => ({ ...frame, Detail: `{"x":"${"x".repeat(bytes)}"}` });
  expect((await world.put(sized(rest + 1))).body).toMatchObject({ __type: "ValidationException" });
  expect(world.delivered).toEqual([]);
  expect((await world.put(sized(rest))).body).toMatchObject({ FailedEntryCount: 0 });
});

test("a bus is found by name and by ARN, and its rules hear only its events", async () => {
  const world = createWorld();
  await world.addRule();
  const { EventBusArn } = await world.arrange("CreateEventBus", { Name: "other" });
  await world.put({ ...entry, EventBusName: "other" }, { ...entry, EventBusName: EventBusArn });
  expect(world.delivered).toEqual([]);
  await world.put({ ...entry, EventBusName: "default" }, { ...entry, EventBusName: BUS });
  expect(world.delivered).toHaveLength(2);
});

test("a rule's target hears an event once, two rules' targets once each", async () => {
  const world = createWorld();
  await world.addRule({}, { source: ["shop", "shop"], "detail-type": ["Placed"] }, "one");
  await world.addRule({}, { source: [{ prefix: "sh" }] }, "two");
  await world.put(entry);
  expect(world.delivered.map(({ queueArn }) => queueArn)).toEqual([QUEUE, QUEUE]);
});

test("a failure to record one entry's failed delivery refuses that entry, not its neighbours", async () => {
  const world = createWorld();
  await world.addRule({}, { "detail-type": ["Broken"] });
  const second = QUEUE.replace("queue", "second");
  await world.addRule({ Arn: second }, { "detail-type": ["Fine"] }, "fine");
  world.broken.set(QUEUE, "ServiceUnavailable");
  world.close(); // As if the disk were gone: nothing can be recorded any more.
  const { body } = await world.put({ ...entry, DetailType: "Broken" }, { ...entry, DetailType: "Fine" });
  expect(body).toMatchObject({
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: "InternalFailure" }, { EventId: expect.any(String) }],
  });
});
