// Buses, rules and tags: made, described, listed, switched and deleted, and what AWS refuses.
import { expect, test } from "vitest";
import { BUS, createWorld, entry, QUEUE } from "./testing.ts";

const EventPattern = '{"source":["shop"]}';
const event = {
  id: "1",
  "detail-type": "t",
  source: "shop",
  account: "0",
  time: "2026-01-05T00:00:00Z",
  region: "r",
  resources: [],
  detail: {},
};

test("buses, rules and targets are made, described and deleted in AWS's order", async () => {
  const { call, arrange } = createWorld();
  const on = { EventBusName: "shop" };
  const { EventBusArn } = await arrange("CreateEventBus", { Name: "shop", Description: "orders" });
  expect((await call("CreateEventBus", { Name: "shop" })).body.__type).toBe("ResourceAlreadyExistsException");
  expect(await arrange("DescribeEventBus", { Name: EventBusArn })).toEqual({
    Name: "shop",
    Arn: BUS.replace("default", "shop"),
    Description: "orders",
    CreationTime: Date.UTC(2026, 0, 5) / 1000,
    LastModifiedTime: Date.UTC(2026, 0, 5) / 1000,
  });
  await arrange("PutRule", { ...on, Name: "r", EventPattern, Description: "all" });
  await arrange("PutTargets", { ...on, Rule: "r", Targets: [{ Id: "1", Arn: QUEUE }] });
  expect(await arrange("DescribeRule", { ...on, Name: "r" })).toEqual({
    Name: "r",
    Arn: "arn:aws:events:eu-west-1:000000000000:rule/shop/r",
    EventBusName: "shop",
    EventPattern,
    State: "ENABLED",
    CreatedBy: "000000000000",
    Description: "all",
  });
  expect((await call("DeleteRule", { ...on, Name: "r" })).body).toMatchObject({
    __type: "ValidationException",
    message: expect.stringContaining("targets"),
  });
  expect((await call("DeleteEventBus", { Name: "shop" })).body.__type).toBe("ValidationException");
  await arrange("RemoveTargets", { ...on, Rule: "r", Ids: ["1"] });
  await arrange("DeleteRule", { ...on, Name: "r" });
  await arrange("DeleteEventBus", { Name: "shop" });
  expect((await call("DescribeEventBus", { Name: "shop" })).body.__type).toBe("ResourceNotFoundException");
});

test("deleting what is not there is no error, as in AWS; the default bus stays", async () => {
  const { call } = createWorld();
  expect((await call("DeleteRule", { Name: "nothing" })).status).toBe(200);
  expect((await call("DeleteEventBus", { Name: "nothing" })).status).toBe(200);
  expect((await call("DeleteEventBus", { Name: "default" })).body.__type).toBe("ValidationException");
});

test("buses and rules are listed by name prefix and page by page", async () => {
  const { arrange } = createWorld();
  for (const Name of ["shop-b", "shop-a", "other"]) {
    await arrange("CreateEventBus", { Name });
    await arrange("PutRule", { Name, EventPattern });
  }
  const { EventBuses } = await arrange("ListEventBuses", { NamePrefix: "shop" });
  expect(EventBuses).toMatchObject([{ Name: "shop-a" }, { Name: "shop-b" }]);
  const first = await arrange("ListRules", { NamePrefix: "shop", Limit: 1 });
  expect(first.Rules).toMatchObject([{ Name: "shop-a" }]);
  const second = await arrange("ListRules", { NamePrefix: "shop", Limit: 1, NextToken: first.NextToken });
  expect(second.Rules).toMatchObject([{ Name: "shop-b" }]);
  expect(second).not.toHaveProperty("NextToken");
});

test("a disabled rule matches nothing until it is enabled, also if it was put so", async () => {
  const world = createWorld();
  await world.addRule();
  await world.arrange("DisableRule", { Name: "rule" });
  await world.put(entry);
  expect(world.delivered).toHaveLength(0);
  await world.arrange("EnableRule", { Name: "rule" });
  await world.put(entry);
  expect(world.delivered).toHaveLength(1);
  await world.arrange("PutRule", { Name: "rule", EventPattern, State: "DISABLED" });
  await world.put(entry);
  expect(world.delivered).toHaveLength(1);
});

test("a rule put again takes the new pattern and keeps its targets", async () => {
  const world = createWorld();
  await world.addRule();
  await world.arrange("PutRule", { Name: "rule", EventPattern: '{"source":["other"]}' });
  await world.put(entry, { ...entry, Source: "other" });
  expect(world.bodies()).toMatchObject([{ source: "other" }]);
});

test.each([
  ["{", "not JSON"],
  ['{"source":"x"}', "must be an object or an array"],
  ['{"source":[{"unknown":1}]}', "Unrecognized match type unknown"],
  ['"text"', "not an object"],
])("the pattern %s is refused by every operation that takes one", async (broken, reason) => {
  const { call } = createWorld();
  const answers = [
    await call("PutRule", { Name: "r", EventPattern: broken }),
    await call("TestEventPattern", { EventPattern: broken, Event: JSON.stringify(event) }),
    await call("CreateArchive", { ArchiveName: "a", EventSourceArn: BUS, EventPattern: broken }),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(400);
    expect(body).toEqual({
      __type: "InvalidEventPatternException",
      message: expect.stringContaining(reason),
    });
  }
  expect((await call("ListRules")).body).toEqual({ Rules: [] });
  expect((await call("ListArchives")).body).toEqual({ Archives: [] });
});

test("TestEventPattern says yes and no, and wants a whole event", async () => {
  const { call } = createWorld();
  const ask = async (Event: string) => (await call("TestEventPattern", { EventPattern, Event })).body;
  expect(await ask(JSON.stringify(event))).toEqual({ Result: true });
  expect(await ask(JSON.stringify({ ...event, source: "other" }))).toEqual({ Result: false });
  for (const broken of ['{"source":"shop"}', "{", "null", "[]"]) {
    expect((await ask(broken)).__type).toBe("ValidationException");
  }
});

test.each([
  ["PutRule", { EventPattern }],
  ["PutRule", { Name: "a b", EventPattern }],
  ["PutRule", { Name: "x".repeat(65), EventPattern }],
  ["PutRule", { Name: "r" }],
  ["PutRule", { Name: "r", EventPattern, State: "ON" }],
  ["PutRule", { Name: "r", EventPattern: `{"source":["${"x".repeat(4096)}"]}` }],
  // A rule on a schedule would never fire here; better no rule than one that is silent.
  ["PutRule", { Name: "r", ScheduleExpression: "rate(1 minute)" }],
  ["CreateEventBus", {}],
  ["CreateEventBus", { Name: "a b" }],
  ["ListRules", { Limit: 0 }],
  ["ListRules", { NextToken: "x" }],
  ["TagResource", { ResourceARN: BUS }],
])("%s with %j is refused as invalid", async (operation, input) => {
  expect((await createWorld().call(operation, input)).body).toEqual({
    __type: "ValidationException",
    message: expect.stringMatching(/\w/),
  });
});

test.each([
  ["PutRule", { Name: 1, EventPattern }],
  ["PutRule", { Name: "r", EventPattern: { source: ["shop"] } }],
  ["PutTargets", { Rule: "rule", Targets: "x" }],
  ["PutTargets", { Rule: "rule", Targets: [1] }],
  ["TagResource", { ResourceARN: BUS, Tags: [null] }],
  ["ListRules", null],
])("%s with %j is refused as malformed", async (operation, input) => {
  const world = createWorld();
  await world.addRule();
  expect((await world.call(operation, input)).body.__type).toBe("SerializationException");
});

test.each(["DescribeRule", "EnableRule", "DisableRule"])(
  "%s wants a rule and a bus that are there",
  async (operation) => {
    const { call } = createWorld();
    expect((await call(operation, { Name: "nothing" })).body.__type).toBe("ResourceNotFoundException");
    expect((await call(operation, { Name: "r", EventBusName: "nothing" })).body).toEqual({
      __type: "ResourceNotFoundException",
      message: "Event bus nothing does not exist.",
    });
  },
);

test("buses and rules carry tags, which go with them", async () => {
  const world = createWorld();
  const { arrange, call } = world;
  const tag = (Key: string, Value: string) => ({ Key, Value });
  const { EventBusArn } = await arrange("CreateEventBus", { Name: "shop-eu", Tags: [tag("a", "1")] });
  const { RuleArn } = await arrange("PutRule", { Name: "r", EventBusName: "shop-eu", EventPattern });
  await arrange("TagResource", { ResourceARN: EventBusArn, Tags: [tag("a", "2"), tag("b", "3")] });
  await arrange("UntagResource", { ResourceARN: EventBusArn, TagKeys: ["b", "c"] });
  await arrange("TagResource", { ResourceARN: RuleArn, Tags: [tag("team", "orders")] });
  expect(await arrange("ListTagsForResource", { ResourceARN: EventBusArn })).toEqual({
    Tags: [tag("a", "2")],
  });
  expect(await arrange("ListTagsForResource", { ResourceARN: RuleArn })).toEqual({
    Tags: [tag("team", "orders")],
  });
  await arrange("DeleteRule", { Name: "r", EventBusName: "shop-eu" });
  expect((await call("ListTagsForResource", { ResourceARN: RuleArn })).body.__type).toBe(
    "ResourceNotFoundException",
  );
  await arrange("PutRule", { Name: "r", EventBusName: "shop-eu", EventPattern });
  expect(await arrange("ListTagsForResource", { ResourceARN: RuleArn })).toEqual({ Tags: [] });
});

test.each(["CreateConnection", "toString", "constructor", ""])(
  "the operation %j is unknown",
  async (operation) => {
    expect(await createWorld().call(operation)).toEqual({
      status: 400,
      body: { __type: "UnknownOperationException" },
    });
  },
);
