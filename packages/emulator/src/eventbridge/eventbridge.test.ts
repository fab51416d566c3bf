// EventBridge's operations: events go where the rules say, and a failed delivery is retried, parked or reported.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createEventBridge, type Delivery, type PendingDelivery } from "./index.ts";

const QUEUE = "arn:aws:sqs:eu-west-1:000000000000:queue";
const DEAD_LETTERS = "arn:aws:sqs:eu-west-1:000000000000:dead-letters";

function setUp(file = ":memory:") {
  const clock = { now: Date.UTC(2026, 0, 5) };
  const delivered: Delivery[] = [];
  const dropped: PendingDelivery[] = [];
  const broken = new Map<string, string>();
  let id = 0;
  const bridge = createEventBridge({
    file,
    region: "eu-west-1",
    accountId: "000000000000",
    now: () => clock.now,
    newId: () => `id-${++id}-${file === ":memory:" ? "" : process.hrtime.bigint()}`,
    deliver(delivery) {
      const errorName = broken.get(delivery.queueArn);
      if (errorName) throw Object.assign(new Error(`${errorName} at the queue`), { name: errorName });
      delivered.push(delivery);
    },
    schedule: () => () => {},
    onDropped: (delivery) => dropped.push(delivery),
    onEvent: () => {},
  });
  let open = true;
  const close = () => {
    if (open) bridge.close();
    open = false;
  };
  onTestFinished(close);
  const call = async (operation: string, input: Record<string, unknown> = {}) => {
    const { body, status } = await bridge.handle(operation, input);
    return { status, body: body as Record<string, unknown> };
  };
  return { bridge, broken, call, clock, close, delivered, dropped };
}

type World = ReturnType<typeof setUp>;

async function withRule(
  { call }: World,
  target: Record<string, unknown> = {},
  pattern: object = { source: ["shop"] },
) {
  await call("PutRule", { Name: "rule", EventPattern: JSON.stringify(pattern) });
  const answer = await call("PutTargets", { Rule: "rule", Targets: [{ Id: "1", Arn: QUEUE, ...target }] });
  expect(answer.body).toEqual({ FailedEntryCount: 0, FailedEntries: [] });
}

const entry = {
  Source: "shop",
  DetailType: "Placed",
  Detail: '{"sku":"tea","quantity":2}',
  Resources: ["o1"],
};
const put = ({ call }: World, ...Entries: object[]) => call("PutEvents", { Entries });

test("an event reaches the targets of the rules it matches, in AWS's envelope", async () => {
  const world = setUp();
  await withRule(world);
  const { body } = await put(world, entry, { ...entry, Source: "other" });
  expect(body).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: "id-1-" }, { EventId: "id-2-" }] });
  expect(world.delivered).toHaveLength(1);
  expect(JSON.parse(world.delivered[0]?.body ?? "")).toEqual({
    version: "0",
    id: "id-1-",
    "detail-type": "Placed",
    source: "shop",
    account: "000000000000",
    time: "2026-01-05T00:00:00Z",
    region: "eu-west-1",
    resources: ["o1"],
    detail: { sku: "tea", quantity: 2 },
  });
});

test.each([
  ["no source", { Source: undefined }, "InvalidArgument"],
  ["no detail type", { DetailType: undefined }, "InvalidArgument"],
  ["no detail", { Detail: undefined }, "InvalidArgument"],
  ["a detail that is not JSON", { Detail: "{" }, "MalformedDetail"],
  ["a detail that is no object", { Detail: "[]" }, "MalformedDetail"],
  ["AWS's own source", { Source: "aws.ec2" }, "NotAuthorizedForSourceException"],
  ["a bus that is not there", { EventBusName: "nowhere" }, "ResourceNotFoundException"],
])("an entry with %s fails alone", async (_, broken, code) => {
  const world = setUp();
  await withRule(world);
  const { body } = await put(world, { ...entry, ...broken }, entry);
  expect(body).toMatchObject({
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: code }, { EventId: expect.any(String) }],
  });
  expect(world.delivered).toHaveLength(1);
});

test("more than ten entries or a megabyte are refused as a whole", async () => {
  const world = setUp();
  await withRule(world);
  expect((await put(world, ...Array(11).fill(entry))).body).toMatchObject({ __type: "ValidationException" });
  const large = { ...entry, Detail: JSON.stringify({ text: "x".repeat(600_000) }) };
  expect((await put(world, large, large)).status).toBe(400);
  expect((await put(world)).status).toBe(400);
  expect(world.delivered).toEqual([]);
});

test("a delivery that fails is tried again until it succeeds, and PutEvents has said yes", async () => {
  const world = setUp();
  await withRule(world);
  world.broken.set(QUEUE, "ServiceUnavailable");
  expect((await put(world, entry)).body).toMatchObject({ FailedEntryCount: 0 });
  world.clock.now += 60_000;
  await world.bridge.retryDue();
  expect(world.bridge.pendingDeliveries()).toMatchObject([{ attempts: 2 }]);
  world.broken.clear();
  world.clock.now += 60_000;
  await world.bridge.retryDue();
  expect(world.delivered).toHaveLength(1);
  expect(world.bridge.pendingDeliveries()).toEqual([]);
});

test("a retry policy that ends parks the event with AWS's attributes", async () => {
  const world = setUp();
  const RetryPolicy = { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3600 };
  await withRule(world, { RetryPolicy, DeadLetterConfig: { Arn: DEAD_LETTERS } });
  world.broken.set(QUEUE, "ServiceUnavailable");
  await put(world, entry);
  world.clock.now += 60_000;
  await world.bridge.retryDue();
  expect(world.delivered).toMatchObject([
    {
      queueArn: DEAD_LETTERS,
      attributes: {
        RULE_ARN: "arn:aws:events:eu-west-1:000000000000:rule/rule",
        TARGET_ARN: QUEUE,
        ERROR_CODE: "SDK_CLIENT_ERROR",
        EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
        RETRY_ATTEMPTS: "1",
      },
    },
  ]);
});

test("an event too old for its retry policy is parked", async () => {
  const world = setUp();
  await withRule(world, {
    RetryPolicy: { MaximumEventAgeInSeconds: 60 },
    DeadLetterConfig: { Arn: DEAD_LETTERS },
  });
  world.broken.set(QUEUE, "ServiceUnavailable");
  await put(world, entry);
  world.clock.now += 61_000;
  await world.bridge.retryDue();
  expect(world.delivered[0]?.attributes).toMatchObject({
    EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds",
  });
});

test("a queue that is gone is not retried: parked at once, or reported if nothing can park it", async () => {
  const world = setUp();
  await withRule(world, { DeadLetterConfig: { Arn: DEAD_LETTERS } });
  world.broken.set(QUEUE, "QueueDoesNotExist");
  await put(world, entry);
  expect(world.delivered[0]).toMatchObject({
    queueArn: DEAD_LETTERS,
    attributes: { ERROR_CODE: "NO_RESOURCE" },
  });
  await withRule(world, { Id: "1" });
  await put(world, entry);
  expect(world.dropped).toMatchObject([{ errorCode: "QueueDoesNotExist" }]);
});

test("if even the dead-letter queue fails, the event is kept", async () => {
  const world = setUp();
  await withRule(world, { DeadLetterConfig: { Arn: DEAD_LETTERS } });
  world.broken.set(QUEUE, "QueueDoesNotExist").set(DEAD_LETTERS, "ServiceUnavailable");
  await put(world, entry);
  expect(world.bridge.pendingDeliveries()).toHaveLength(1);
  world.broken.delete(DEAD_LETTERS);
  world.clock.now += 3600_000;
  await world.bridge.retryDue();
  expect(world.delivered[0]?.queueArn).toBe(DEAD_LETTERS);
  expect(world.bridge.pendingDeliveries()).toEqual([]);
});

test("rules, targets and what is being retried survive a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "eventbridge-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const first = setUp(join(folder, "bridge.sqlite"));
  await withRule(first);
  first.broken.set(QUEUE, "ServiceUnavailable");
  await put(first, entry);
  first.close();
  const second = setUp(join(folder, "bridge.sqlite"));
  expect((await second.call("ListRules")).body).toMatchObject({
    Rules: [{ Name: "rule", State: "ENABLED" }],
  });
  second.clock.now += 60_000;
  await second.bridge.retryDue();
  await put(second, entry);
  expect(second.delivered).toHaveLength(2);
});

test("input: constant, part, and template", async () => {
  const world = setUp();
  await withRule(world, { Input: '{"constant":true}' });
  await withRule(world, { Id: "2", InputPath: "$.detail.sku" });
  const InputTransformer = {
    InputPathsMap: { sku: "$.detail.sku", quantity: "$.detail.quantity", none: "$.detail.none" },
    InputTemplate:
      '{"text":"<quantity> of <sku><none>","quantity":<quantity>,"rule":"<aws.events.rule-name>"}',
  };
  await withRule(world, { Id: "3", InputTransformer });
  await put(world, entry);
  expect(world.delivered.map((delivery) => delivery.body).sort()).toEqual(
    ['{"constant":true}', '"tea"', '{"text":"2 of tea","quantity":2,"rule":"rule"}'].sort(),
  );
});

test("a target that is no queue is refused by name, and none of its request is kept", async () => {
  const world = setUp();
  await world.call("PutRule", { Name: "rule", EventPattern: '{"source":["shop"]}' });
  const Targets = [
    { Id: "fine", Arn: QUEUE },
    { Id: "lambda", Arn: "arn:aws:lambda:eu-west-1:000000000000:function:f" },
  ];
  const { body } = await world.call("PutTargets", { Rule: "rule", Targets });
  expect(body).toMatchObject({ __type: "ValidationException", message: expect.stringContaining("lambda") });
  const { body: list } = await world.call("ListTargetsByRule", { Rule: "rule" });
  expect(list).toMatchObject({ Targets: [] });
});

test("a disabled rule matches nothing until it is enabled", async () => {
  const world = setUp();
  await withRule(world);
  await world.call("DisableRule", { Name: "rule" });
  await put(world, entry);
  await world.call("EnableRule", { Name: "rule" });
  await put(world, entry);
  expect(world.delivered).toHaveLength(1);
});

test("buses, rules and targets are made, described, listed and deleted in AWS's order", async () => {
  const { call } = setUp();
  expect((await call("CreateEventBus", { Name: "shop" })).status).toBe(200);
  expect((await call("CreateEventBus", { Name: "shop" })).body).toMatchObject({
    __type: "ResourceAlreadyExistsException",
  });
  await call("PutRule", { Name: "r", EventBusName: "shop", EventPattern: '{"source":["a"]}' });
  await call("PutTargets", { Rule: "r", EventBusName: "shop", Targets: [{ Id: "1", Arn: QUEUE }] });
  expect((await call("DescribeRule", { Name: "r", EventBusName: "shop" })).body).toMatchObject({
    Arn: "arn:aws:events:eu-west-1:000000000000:rule/shop/r",
  });
  expect((await call("ListRuleNamesByTarget", { TargetArn: QUEUE, EventBusName: "shop" })).body).toEqual({
    RuleNames: ["r"],
  });
  expect((await call("DeleteRule", { Name: "r", EventBusName: "shop" })).status).toBe(400);
  expect((await call("DeleteEventBus", { Name: "shop" })).status).toBe(400);
  await call("RemoveTargets", { Rule: "r", EventBusName: "shop", Ids: ["1"] });
  expect((await call("DeleteRule", { Name: "r", EventBusName: "shop" })).status).toBe(200);
  expect((await call("DeleteEventBus", { Name: "shop" })).status).toBe(200);
  expect((await call("DescribeEventBus", { Name: "shop" })).body).toMatchObject({
    __type: "ResourceNotFoundException",
  });
});

test("a bad pattern is refused by PutRule and TestEventPattern alike", async () => {
  const { call } = setUp();
  for (const EventPattern of ["{", '{"source":"x"}', '{"source":[{"unknown":1}]}']) {
    const put = await call("PutRule", { Name: "r", EventPattern });
    const tested = await call("TestEventPattern", { EventPattern, Event: "{}" });
    for (const { body, status } of [put, tested]) {
      expect({ status, type: body.__type }).toEqual({ status: 400, type: "InvalidEventPatternException" });
    }
  }
});

test("TestEventPattern says yes and no, and wants a whole event", async () => {
  const { call } = setUp();
  const event = {
    id: "1",
    "detail-type": "t",
    source: "s",
    account: "0",
    time: "t",
    region: "r",
    resources: [],
    detail: {},
  };
  const ask = (source: string, given: object = event) =>
    call("TestEventPattern", {
      EventPattern: JSON.stringify({ source: [source] }),
      Event: JSON.stringify(given),
    });
  expect((await ask("s")).body).toEqual({ Result: true });
  expect((await ask("t")).body).toEqual({ Result: false });
  expect((await ask("s", { source: "s" })).body).toMatchObject({ __type: "ValidationException" });
});

test("an archive keeps what its pattern matches, and a replay delivers it again by name", async () => {
  const world = setUp();
  await withRule(world);
  const bus = "arn:aws:events:eu-west-1:000000000000:event-bus/default";
  await world.call("CreateArchive", {
    ArchiveName: "all",
    EventSourceArn: bus,
    EventPattern: '{"source":["shop"]}',
  });
  await put(world, entry, { ...entry, Source: "other" });
  expect((await world.call("DescribeArchive", { ArchiveName: "all" })).body).toMatchObject({ EventCount: 1 });
  const seconds = world.clock.now / 1000;
  const { body } = await world.call("StartReplay", {
    ReplayName: "again",
    EventSourceArn: "arn:aws:events:eu-west-1:000000000000:archive/all",
    EventStartTime: seconds - 60,
    EventEndTime: seconds + 60,
    Destination: { Arn: bus },
  });
  expect(body).toMatchObject({ State: "STARTING" });
  const describe = async () => (await world.call("DescribeReplay", { ReplayName: "again" })).body.State;
  await expect.poll(describe).toBe("COMPLETED");
  expect(world.delivered).toHaveLength(2);
  expect(JSON.parse(world.delivered[1]?.body ?? "")).toMatchObject({
    "replay-name": "again",
    source: "shop",
  });
});

test("an operation that is not there is answered as unknown", async () => {
  const { call } = setUp();
  expect(await call("CreateConnection")).toEqual({
    status: 400,
    body: { __type: "UnknownOperationException" },
  });
  expect((await call("toString")).status).toBe(400);
});

test("one rule among two thousand is found", async () => {
  const world = setUp();
  const patterns = Array.from({ length: 2000 }, (_, i) => ({ "detail-type": [`Type${i}`] }));
  for (const [i, pattern] of patterns.entries()) {
    await world.call("PutRule", { Name: `r${i}`, EventPattern: JSON.stringify(pattern) });
  }
  await world.call("PutTargets", { Rule: "r1999", Targets: [{ Id: "1", Arn: QUEUE }] });
  await put(world, { ...entry, DetailType: "Type1999" });
  expect(world.delivered).toHaveLength(1);
});
