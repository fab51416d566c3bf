// The behaviours of EventBridge: buses, rules, targets, deliveries, archives and replays.
import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  StartReplayCommand,
  TagResourceCommand,
  type Target,
  TestEventPatternCommand,
  UntagResourceCommand,
  UpdateArchiveCommand,
} from "@aws-sdk/client-eventbridge";
import { expect } from "vitest";
import { behaviour, onAnEndpoint, type World } from "./behaviour.ts";
import { aBus, aQueue, entry, pattern, received } from "./bus.ts";

onAnEndpoint();

behaviour(
  "An event reaches the target in EventBridge's envelope",
  "EventBridge guide: Event structure",
  async (world) => {
    const given = { ...entry, Resources: ["o1"], Time: new Date("2026-01-05T10:00:00Z") };
    const { body, eventId } = await received(world, {}, given);
    expect(JSON.parse(body)).toEqual({
      version: "0",
      id: eventId,
      "detail-type": "Placed",
      source: "shop",
      account: expect.stringMatching(/^\d{12}$/),
      time: "2026-01-05T10:00:00Z",
      region: expect.stringMatching(/^[a-z-]+\d$/),
      resources: ["o1"],
      detail: { sku: "tea", quantity: 2 },
    });
  },
);

behaviour(
  "An event's numbers arrive as they were put",
  "EventBridge guide: Event structure",
  async (world) => {
    const Detail = '{"id":12345678901234567890,"tiny":1E-400,"sum":0.10,"one":1.0,"many":[1e2,-0,-0.0,1E+2]}';
    expect((await received(world, {}, { ...entry, Detail })).body).toContain(Detail);
  },
);

behaviour(
  "An event without time is given that of its arrival",
  "EventBridge API: PutEvents",
  async (world) => {
    const before = Date.now();
    const { body } = await received(world);
    const { time } = JSON.parse(body);
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Math.abs(Date.parse(time) - before)).toBeLessThan(120_000);
  },
);

behaviour(
  "An entry that is refused leaves the others alone, in order",
  "EventBridge API: PutEventsResultEntry",
  async (world) => {
    const bus = await aBus(world);
    const queue = await aQueue(world);
    await bus.addRule("rule");
    await bus.addTarget("rule", { Arn: queue.arn });
    const answer = await bus.put({ ...entry, Detail: "{" }, entry, { ...entry, Source: "" });
    expect(answer.FailedEntryCount).toBe(2);
    expect(answer.Entries).toEqual([
      { ErrorCode: "MalformedDetail", ErrorMessage: expect.stringMatching(/\w/) },
      { EventId: expect.stringMatching(/\w/) },
      { ErrorCode: "InvalidArgument", ErrorMessage: expect.stringContaining("Source") },
    ]);
    expect(JSON.parse((await queue.next(5))?.Body ?? "{}").id).toBe(answer.Entries?.[1]?.EventId);
  },
);

behaviour(
  "A source that begins with aws. is AWS's own",
  "EventBridge API: PutEventsResultEntry",
  async (world) => {
    const bus = await aBus(world);
    const { Entries } = await bus.put({ ...entry, Source: "aws.shop" });
    expect(Entries).toMatchObject([{ ErrorCode: "NotAuthorizedForSourceException" }]);
  },
);

behaviour("A request has one to ten entries", "EventBridge API: PutEvents", async (world) => {
  const bus = await aBus(world);
  for (const count of [0, 11]) {
    await expect(bus.put(...Array(count).fill(entry))).rejects.toMatchObject({ name: "ValidationException" });
  }
  expect((await bus.put(...Array(10).fill(entry))).FailedEntryCount).toBe(0);
});

behaviour(
  "The entries of a request have a mebibyte in all",
  "EventBridge guide: Event size",
  async (world) => {
    const bus = await aBus(world);
    const frame = "shop".length + "Placed".length + '{"x":""}'.length;
    const sized = (bytes: number) => ({ ...entry, Detail: `{"x":"${"x".repeat(bytes - frame)}"}` });
    await expect(bus.put(sized(1024 * 1024 + 1))).rejects.toMatchObject({ name: "ValidationException" });
    expect((await bus.put(sized(1024 * 1024))).FailedEntryCount).toBe(0);
  },
);

behaviour("A rule hears only the events of its own bus", "EventBridge API: PutRule", async (world) => {
  const [one, other] = [await aBus(world), await aBus(world)];
  const queue = await aQueue(world);
  await one.addRule("rule");
  await one.addTarget("rule", { Arn: queue.arn });
  await other.put(entry);
  await one.put({ ...entry, DetailType: "Mine" });
  expect(JSON.parse((await queue.next(5))?.Body ?? "{}")["detail-type"]).toBe("Mine");
  expect(await queue.next()).toBeUndefined();
});

behaviour("A bus is named by its ARN as well", "EventBridge API: PutEvents", async (world) => {
  const bus = await aBus(world);
  const queue = await aQueue(world);
  await bus.addRule("rule");
  await bus.addTarget("rule", { Arn: queue.arn });
  await bus.put({ ...entry, EventBusName: bus.EventBusArn });
  expect(await queue.next(5)).toBeDefined();
});

behaviour(
  "An event goes to every target of every rule it matches, once",
  "EventBridge API: PutTargets",
  async (world) => {
    const bus = await aBus(world);
    const queues = [await aQueue(world), await aQueue(world), await aQueue(world)];
    await bus.addRule("one", pattern({ source: ["shop", { prefix: "sh" }] }));
    await bus.addRule("two", pattern({ detail: { sku: ["tea"] } }));
    const ids = ["a", "b", "c"];
    for (const [index, { arn }] of queues.entries()) {
      await bus.addTarget(index === 2 ? "two" : "one", { Id: ids[index] ?? "", Arn: arn });
    }
    await bus.put(entry);
    for (const queue of queues) {
      expect(await queue.next(5)).toBeDefined();
      expect(await queue.next()).toBeUndefined();
    }
  },
);

behaviour(
  "A disabled rule matches nothing until it is enabled",
  "EventBridge API: DisableRule",
  async (world) => {
    const bus = await aBus(world);
    const queue = await aQueue(world);
    const rule = { EventBusName: bus.EventBusName, Name: "rule" };
    await bus.addRule("rule");
    await bus.addTarget("rule", { Arn: queue.arn });
    await world.eventBridge.send(new DisableRuleCommand(rule));
    expect((await world.eventBridge.send(new DescribeRuleCommand(rule))).State).toBe("DISABLED");
    await bus.put({ ...entry, DetailType: "Unheard" });
    await world.eventBridge.send(new EnableRuleCommand(rule));
    await bus.put({ ...entry, DetailType: "Heard" });
    expect(JSON.parse((await queue.next(5))?.Body ?? "{}")["detail-type"]).toBe("Heard");
  },
  { needs: "emulator" },
); // Elsewhere both take a while.

behaviour(
  "A rule put again is replaced, and keeps its targets",
  "EventBridge API: PutRule",
  async (world) => {
    const bus = await aBus(world);
    const queue = await aQueue(world);
    await bus.addRule("rule");
    await bus.addTarget("rule", { Arn: queue.arn });
    await bus.addRule("rule", pattern({ source: ["other"] }));
    const { EventPattern } = await world.eventBridge.send(
      new DescribeRuleCommand({ EventBusName: bus.EventBusName, Name: "rule" }),
    );
    expect(JSON.parse(EventPattern ?? "")).toEqual({ source: ["other"] });
    const { Targets } = await world.eventBridge.send(
      new ListTargetsByRuleCommand({ EventBusName: bus.EventBusName, Rule: "rule" }),
    );
    expect(Targets?.map(({ Arn }) => Arn)).toEqual([queue.arn]);
  },
);

behaviour(
  "A rule that has targets is not deleted; one that is not there is no error",
  "EventBridge API: DeleteRule",
  async (world) => {
    const bus = await aBus(world);
    const { arn: Arn } = await aQueue(world);
    const { EventBusName } = bus;
    const remove = () => world.eventBridge.send(new DeleteRuleCommand({ EventBusName, Name: "rule" }));
    await bus.addRule("rule");
    await bus.addTarget("rule", { Arn });
    await expect(remove()).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("targets"),
    });
    await world.eventBridge.send(new RemoveTargetsCommand({ EventBusName, Rule: "rule", Ids: ["1"] }));
    await remove();
    await remove();
  },
);

behaviour(
  "A removed target hears nothing more",
  "EventBridge API: RemoveTargets",
  async (world) => {
    const bus = await aBus(world);
    const [kept, removed] = [await aQueue(world), await aQueue(world)];
    await bus.addRule("rule");
    await bus.addTarget("rule", { Id: "kept", Arn: kept.arn });
    await bus.addTarget("rule", { Id: "removed", Arn: removed.arn });
    const command = new RemoveTargetsCommand({
      EventBusName: bus.EventBusName,
      Rule: "rule",
      Ids: ["removed"],
    });
    expect((await world.eventBridge.send(command)).FailedEntryCount).toBe(0);
    await bus.put(entry);
    expect(await kept.next(5)).toBeDefined();
    expect(await removed.next()).toBeUndefined();
  },
  { needs: "emulator" },
);

behaviour(
  "Targets of a rule that is not there are told by name",
  "EventBridge API: RemoveTargets",
  async (world) => {
    const { EventBusName } = await aBus(world);
    const { arn: Arn } = await aQueue(world);
    const rule = { EventBusName, Rule: "nothing" };
    for (const send of [
      () => world.eventBridge.send(new RemoveTargetsCommand({ ...rule, Ids: ["1"] })),
      () => world.eventBridge.send(new PutTargetsCommand({ ...rule, Targets: [{ Id: "1", Arn }] })),
      () => world.eventBridge.send(new ListTargetsByRuleCommand(rule)),
    ]) {
      await expect(send()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    }
  },
);

behaviour("A rule has five targets at most", "EventBridge guide: Quotas", async (world) => {
  const bus = await aBus(world);
  const { arn: Arn } = await aQueue(world);
  await bus.addRule("rule");
  for (const Id of ["1", "2", "3", "4", "5"]) await bus.addTarget("rule", { Id, Arn });
  await expect(bus.addTarget("rule", { Id: "6", Arn })).rejects.toMatchObject({
    name: "LimitExceededException",
  });
});

behaviour(
  "The rules of a target are found by it",
  "EventBridge API: ListRuleNamesByTarget",
  async (world) => {
    const bus = await aBus(world);
    const { arn: Arn } = await aQueue(world);
    for (const name of ["b", "a", "c"]) await bus.addRule(name);
    for (const name of ["b", "a"]) await bus.addTarget(name, { Arn });
    const { EventBusName } = bus;
    const ask = (more = {}) =>
      world.eventBridge.send(new ListRuleNamesByTargetCommand({ EventBusName, TargetArn: Arn, ...more }));
    expect((await ask()).RuleNames?.toSorted()).toEqual(["a", "b"]);
    const first = await ask({ Limit: 1 });
    const second = await ask({ Limit: 1, NextToken: first.NextToken });
    expect([...(first.RuleNames ?? []), ...(second.RuleNames ?? [])].toSorted()).toEqual(["a", "b"]);
  },
);

behaviour(
  "Rules are listed page by page, and by the beginning of their name",
  "EventBridge API: ListRules",
  async (world) => {
    const bus = await aBus(world);
    for (const name of ["shop-1", "shop-2", "other"]) await bus.addRule(name);
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const command = new ListRulesCommand({
        EventBusName: bus.EventBusName,
        NamePrefix: "shop",
        Limit: 1,
        NextToken,
      });
      const page = await world.eventBridge.send(command);
      names.push(...(page.Rules ?? []).map(({ Name = "" }) => Name));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(names.toSorted()).toEqual(["shop-1", "shop-2"]);
  },
);

behaviour(
  "Names, limits and states out of bounds are validation errors",
  "EventBridge API: PutRule",
  async (world) => {
    const { EventBusName } = await aBus(world);
    const refused = (command: PutRuleCommand | ListRulesCommand) =>
      expect(world.eventBridge.send(command as PutRuleCommand)).rejects.toMatchObject({
        name: "ValidationException",
      });
    await refused(new PutRuleCommand({ EventBusName, Name: "a b", EventPattern: pattern() }));
    await refused(new PutRuleCommand({ EventBusName, Name: "x".repeat(65), EventPattern: pattern() }));
    await refused(new PutRuleCommand({ EventBusName, Name: "rule" }));
    await refused(
      new PutRuleCommand({ EventBusName, Name: "rule", EventPattern: pattern(), State: "ON" as "ENABLED" }),
    );
    await refused(new ListRulesCommand({ EventBusName, Limit: 101 }));
  },
);

behaviour("A bus cannot be made twice", "EventBridge API: CreateEventBus", async (world) => {
  const { EventBusName: Name } = await aBus(world);
  await expect(world.eventBridge.send(new CreateEventBusCommand({ Name }))).rejects.toMatchObject({
    name: "ResourceAlreadyExistsException",
  });
});

behaviour("The default bus cannot be deleted", "EventBridge API: DeleteEventBus", async (world) => {
  await expect(world.eventBridge.send(new DeleteEventBusCommand({ Name: "default" }))).rejects.toMatchObject({
    name: "ValidationException",
  });
});

behaviour("Buses and rules have tags, archives have none", "EventBridge API: TagResource", async (world) => {
  const bus = await aBus(world);
  const { eventBridge } = world;
  const ruleArn = await bus.addRule("rule");
  const tag = (Key: string, Value: string) => ({ Key, Value });
  for (const ResourceARN of [bus.EventBusArn, ruleArn]) {
    await eventBridge.send(new TagResourceCommand({ ResourceARN, Tags: [tag("a", "1"), tag("b", "2")] }));
    await eventBridge.send(new TagResourceCommand({ ResourceARN, Tags: [tag("a", "3")] }));
    await eventBridge.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["b"] }));
    const { Tags } = await eventBridge.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual([tag("a", "3")]);
  }
  const ResourceARN = bus.EventBusArn.replace(bus.EventBusName, world.unique("nowhere"));
  await expect(eventBridge.send(new ListTagsForResourceCommand({ ResourceARN }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});

behaviour("A constant is sent in place of the event", "EventBridge API: PutTargets", async (world) => {
  expect((await received(world, { Input: '{ "constant": true }' })).body).toBe('{ "constant": true }');
});

behaviour("A path sends the part of the event it leads to", "EventBridge API: PutTargets", async (world) => {
  expect((await received(world, { InputPath: "$.detail" })).body).toBe('{"sku":"tea","quantity":2}');
});

behaviour(
  "A template is filled with text inside quotes and with JSON outside",
  "EventBridge guide: Input transformation",
  async (world) => {
    const InputTransformer = {
      InputPathsMap: { sku: "$.detail.sku", n: "$.detail.quantity", all: "$.detail" },
      InputTemplate: '{"text":"<n> of <sku>","n":<n>,"sku":<sku>,"all":<all>}',
    };
    expect(JSON.parse((await received(world, { InputTransformer })).body)).toEqual({
      text: "2 of tea",
      n: 2,
      sku: "tea",
      all: { sku: "tea", quantity: 2 },
    });
  },
);

behaviour(
  "Inside quotes a text is not escaped, and an object loses its own quotes",
  "EventBridge guide: Input transformation",
  async (world) => {
    const InputTransformer = {
      InputPathsMap: { name: "$.detail.name", all: "$.detail.all" },
      InputTemplate: '"<name> in <all>"',
    };
    const given = { ...entry, Detail: '{"name":"Earl \\"Grey\\"","all":{"tins":["a","b"]}}' };
    expect((await received(world, { InputTransformer }, given)).body).toBe('"Earl "Grey" in {tins:[a,b]}"');
  },
);

behaviour(
  "A path that leads nowhere leaves its place in a template empty",
  "EventBridge guide: Input transformation",
  async (world) => {
    const InputTransformer = {
      InputPathsMap: { none: "$.detail.none" },
      InputTemplate: '{"text":"[<none>]"}',
    };
    expect(JSON.parse((await received(world, { InputTransformer })).body)).toEqual({ text: "[]" });
  },
);

behaviour("The reserved variables need no path", "EventBridge guide: Input transformation", async (world) => {
  const InputTemplate =
    '{"arn":"<aws.events.rule-arn>","name":"<aws.events.rule-name>",' +
    '"at":"<aws.events.event.ingestion-time>","head":<aws.events.event>,"whole":<aws.events.event.json>}';
  const { body, ruleArn } = await received(world, { InputTransformer: { InputTemplate } });
  const { arn, name, at, head, whole } = JSON.parse(body);
  expect([arn, name]).toEqual([ruleArn, "rule"]);
  expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  const { detailType, ...rest } = head;
  expect(head).toMatchObject({ source: "shop", detailType: "Placed" });
  expect(head).not.toHaveProperty("detail");
  expect(whole).toEqual({ ...rest, "detail-type": detailType, detail: { sku: "tea", quantity: 2 } });
});

behaviour(
  "A path's name may not begin like a reserved variable",
  "EventBridge API: InputTransformer",
  async (world) => {
    const bus = await aBus(world);
    const { arn: Arn } = await aQueue(world);
    await bus.addRule("rule");
    const InputTransformer = { InputPathsMap: { "aws.mine": "$.id" }, InputTemplate: "<aws.mine>" };
    await expect(bus.addTarget("rule", { Arn, InputTransformer })).rejects.toMatchObject({
      name: "ValidationException",
    });
  },
);

behaviour(
  "A target takes the message group of a fair queue from a path in the event",
  "EventBridge guide: Dynamic path parameters",
  async (world) => {
    const bus = await aBus(world);
    const queue = await aQueue(world);
    await bus.addRule("rule");
    await bus.addTarget("rule", { Arn: queue.arn, SqsParameters: { MessageGroupId: "$.resources[0]" } });
    await bus.put({ ...entry, Resources: ["ada", "o1"] });
    const message = await queue.next(5);
    expect(message?.Attributes?.MessageGroupId).toBe("ada");
  },
);

behaviour("A target has one kind of input", "EventBridge API: PutTargets", async (world) => {
  const bus = await aBus(world);
  const { arn: Arn } = await aQueue(world);
  await bus.addRule("rule");
  const target = { Arn, Input: "{}", InputPath: "$.detail" };
  await expect(bus.addTarget("rule", target)).rejects.toMatchObject({ name: "ValidationException" });
});

behaviour(
  "A retry policy has 0 to 185 attempts and 60 to 86400 seconds",
  "EventBridge API: RetryPolicy",
  async (world) => {
    const bus = await aBus(world);
    const { arn: Arn } = await aQueue(world);
    await bus.addRule("rule");
    for (const RetryPolicy of [
      { MaximumRetryAttempts: 186 },
      { MaximumRetryAttempts: -1 },
      { MaximumEventAgeInSeconds: 59 },
      { MaximumEventAgeInSeconds: 86_401 },
    ]) {
      await expect(bus.addTarget("rule", { Arn, RetryPolicy })).rejects.toMatchObject({
        name: "ValidationException",
      });
    }
    await bus.addTarget("rule", {
      Arn,
      RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
    });
  },
);

/** An event for a queue that is not there, whose dead-letter queue is. */
async function undeliverable(world: World) {
  const bus = await aBus(world);
  const dead = await aQueue(world);
  const ruleArn = await bus.addRule("rule");
  const Arn = dead.arn.replace(/[^:]+$/, world.unique("nowhere"));
  await bus.addTarget("rule", { Arn, DeadLetterConfig: { Arn: dead.arn } });
  await bus.put(entry);
  const message = await dead.next(20);
  const attributes = Object.entries(message?.MessageAttributes ?? {});
  const text = Object.fromEntries(attributes.map(([name, { StringValue }]) => [name, StringValue]));
  return { ruleArn, target: Arn, body: message?.Body, text };
}

behaviour(
  "An event whose queue is gone goes to the dead-letter queue at once, with the reason",
  "EventBridge guide: Dead-letter queues",
  async (world) => {
    const { ruleArn, target, body, text } = await undeliverable(world);
    expect(JSON.parse(body ?? "{}")).toMatchObject({ source: "shop", detail: { sku: "tea" } });
    expect(text).toEqual({
      RULE_ARN: ruleArn,
      TARGET_ARN: target,
      ERROR_CODE: "NO_RESOURCE",
      ERROR_MESSAGE: expect.stringMatching(/\w/),
      RETRY_ATTEMPTS: "0",
    });
  },
);

/** A rule whose queue refuses deliveries for now, with a dead-letter queue. */
async function refused(world: World, RetryPolicy: Target["RetryPolicy"], error = "RequestThrottled") {
  const bus = await aBus(world);
  const [queue, dead] = [await aQueue(world), await aQueue(world)];
  const ruleArn = await bus.addRule("rule");
  await bus.addTarget("rule", { Arn: queue.arn, RetryPolicy, DeadLetterConfig: { Arn: dead.arn } });
  world.refusing.set(queue.arn, error);
  expect((await bus.put(entry)).FailedEntryCount).toBe(0);
  const why = async () => {
    const attributes = Object.entries((await dead.next())?.MessageAttributes ?? {});
    return Object.fromEntries(attributes.map(([name, { StringValue }]) => [name, StringValue]));
  };
  return { queue, dead, ruleArn, why };
}

behaviour(
  "A delivery that is throttled is tried again until the target takes it, once",
  "EventBridge guide: Retries",
  async (world) => {
    const { queue, dead } = await refused(world, undefined);
    await world.passSeconds(3600);
    world.refusing.clear();
    await world.passSeconds(3600);
    expect(await queue.next()).toBeDefined();
    expect(await queue.next()).toBeUndefined();
    expect(await dead.next()).toBeUndefined();
  },
  { needs: "emulator" },
);

behaviour(
  "A delivery is given up after the retries its target allows, and the dead letter says so",
  "EventBridge guide: Dead-letter queues",
  async (world) => {
    const { queue, ruleArn, why } = await refused(world, { MaximumRetryAttempts: 2 });
    for (const _ of [1, 2, 3, 4]) await world.passSeconds(600);
    expect(await why()).toEqual({
      RULE_ARN: ruleArn,
      TARGET_ARN: queue.arn,
      ERROR_CODE: "THROTTLING",
      ERROR_MESSAGE: expect.stringMatching(/\w/),
      RETRY_ATTEMPTS: "2",
      EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
    });
  },
  { needs: "emulator" },
);

behaviour(
  "A delivery is given up when the event is older than its target allows",
  "EventBridge API: RetryPolicy",
  async (world) => {
    const { dead, why } = await refused(world, { MaximumEventAgeInSeconds: 600 });
    await world.passSeconds(599);
    expect(await dead.next()).toBeUndefined();
    await world.passSeconds(1);
    expect(await why()).toMatchObject({ EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds" });
  },
  { needs: "emulator" },
);

behaviour(
  "A delivery without a policy is tried for 24 hours",
  "EventBridge guide: Retries",
  async (world) => {
    const { dead, why } = await refused(world, undefined);
    for (let hour = 0; hour < 23; hour++) await world.passSeconds(3600);
    expect(await dead.next()).toBeUndefined();
    await world.passSeconds(3600);
    expect(await why()).toMatchObject({ EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds" });
  },
  { needs: "emulator" },
);

/** A rule for a queue and a dead-letter queue with the policies that are made of the rule's ARN. */
async function permitted(world: World, policies: Record<"queue" | "dead", (ruleArn: string) => object[]>) {
  const bus = await aBus(world);
  const [queue, dead] = [await aQueue(world), await aQueue(world)];
  const ruleArn = await bus.addRule("rule");
  for (const [each, statements] of [[queue, policies.queue] as const, [dead, policies.dead] as const])
    await each.allow(statements(ruleArn));
  await bus.addTarget("rule", { Arn: queue.arn, DeadLetterConfig: { Arn: dead.arn } });
  await bus.put(entry);
  return { queue, dead };
}

const lets = (ruleArn: string, more: object = {}) => ({
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: "*",
  Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
  ...more,
});

behaviour(
  "A queue gets events of a rule that its policy lets send; of another, the dead-letter queue does",
  "EventBridge guide: Resource-based policies",
  async (world) => {
    const one = await permitted(world, { queue: (rule) => [lets(rule)], dead: (rule) => [lets(rule)] });
    expect(await one.queue.next(5)).toBeDefined();
    const another = (rule: string) => [lets(rule.replace(/rule$/, "another"))];
    const none = await permitted(world, { queue: another, dead: (rule) => [lets(rule)] });
    expect((await none.dead.next(20))?.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: "NO_PERMISSIONS" },
      RETRY_ATTEMPTS: { StringValue: "0" },
    });
    expect(await none.queue.next()).toBeUndefined();
  },
);

behaviour(
  "A denial in a queue's policy wins over what it lets a rule do",
  "EventBridge guide: Resource-based policies",
  async (world) => {
    const denies = (rule: string) => [lets(rule), lets(rule, { Effect: "Deny", Principal: "*" })];
    const { queue, dead } = await permitted(world, { queue: denies, dead: (rule) => [lets(rule)] });
    expect(await dead.next(20)).toBeDefined();
    expect(await queue.next()).toBeUndefined();
  },
);

behaviour(
  "An event is lost where neither the queue nor the dead-letter queue lets its rule send",
  "EventBridge guide: Dead-letter queues",
  async (world) => {
    const other = () => [lets("arn:aws:events:eu-west-1:000000000000:rule/other")];
    const { queue, dead } = await permitted(world, { queue: other, dead: other });
    await world.passSeconds(48 * 3600);
    expect(await queue.next()).toBeUndefined();
    expect(await dead.next()).toBeUndefined();
    expect(world.emulator().pendingDeliveries()).toEqual([]);
  },
  { needs: "emulator" },
);

behaviour(
  "A delivery that is not permitted is not tried again",
  "EventBridge guide: Retries",
  async (world) => {
    const { why } = await refused(world, undefined, "AccessDeniedException");
    const attributes = await why();
    expect(attributes).toMatchObject({ ERROR_CODE: "NO_PERMISSIONS", RETRY_ATTEMPTS: "0" });
    expect(attributes).not.toHaveProperty("EXHAUSTED_RETRY_CONDITION");
  },
  { needs: "emulator" },
);

behaviour(
  "Targets are listed as they were put, page by page",
  "EventBridge API: ListTargetsByRule",
  async (world) => {
    const bus = await aBus(world);
    const { arn: Arn } = await aQueue(world);
    await bus.addRule("rule");
    const RetryPolicy = { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 120 };
    await bus.addTarget("rule", { Id: "1", Arn, RetryPolicy, InputPath: "$.detail" });
    await bus.addTarget("rule", { Id: "2", Arn });
    const { EventBusName } = bus;
    const ask = (NextToken?: string) =>
      world.eventBridge.send(
        new ListTargetsByRuleCommand({ EventBusName, Rule: "rule", Limit: 1, NextToken }),
      );
    const first = await ask();
    expect(first.Targets).toEqual([{ Id: "1", Arn, RetryPolicy, InputPath: "$.detail" }]);
    const second = await ask(first.NextToken);
    expect([second.Targets, second.NextToken]).toEqual([[{ Id: "2", Arn }], undefined]);
  },
);

behaviour(
  "What a dead-letter queue holds may come from an input transformer",
  "EventBridge guide: Dead-letter queues",
  async (world) => {
    const bus = await aBus(world);
    const dead = await aQueue(world);
    await bus.addRule("rule");
    const Arn = dead.arn.replace(/[^:]+$/, world.unique("nowhere"));
    await bus.addTarget("rule", { Arn, InputPath: "$.detail", DeadLetterConfig: { Arn: dead.arn } });
    await bus.put(entry);
    expect((await dead.next(20))?.Body).toBe(entry.Detail);
  },
  { needs: "emulator" },
);

behaviour(
  "TestEventPattern wants the fields that every event has",
  "EventBridge API: TestEventPattern",
  async (world) => {
    const ask = (Event: object) =>
      world.eventBridge.send(
        new TestEventPatternCommand({ EventPattern: pattern(), Event: JSON.stringify(Event) }),
      );
    await expect(ask({ source: "shop" })).rejects.toMatchObject({ name: "ValidationException" });
    const whole = {
      id: "1",
      account: "1",
      source: "shop",
      time: "t",
      region: "r",
      "detail-type": "t",
    };
    for (const field of Object.keys(whole))
      await expect(ask({ ...whole, [field]: undefined })).rejects.toMatchObject({
        name: "ValidationException",
      });
    expect((await ask(whole)).Result).toBe(true);
    expect((await ask({ ...whole, resources: ["o1"], detail: {}, more: 1 })).Result).toBe(true);
    expect((await ask({ ...whole, source: "other" })).Result).toBe(false);
  },
);

/** An archive of a bus, and an event that was put while it was there. */
async function archived(world: World, EventPattern?: string) {
  const bus = await aBus(world);
  const ArchiveName = world.unique("archive");
  const command = new CreateArchiveCommand({
    ArchiveName,
    EventSourceArn: bus.EventBusArn,
    RetentionDays: 2,
    EventPattern,
  });
  const { ArchiveArn = "", State } = await world.eventBridge.send(command);
  const describe = () => world.eventBridge.send(new DescribeArchiveCommand({ ArchiveName }));
  return { bus, ArchiveName, ArchiveArn, State, describe };
}

behaviour(
  "An archive keeps the events its pattern matches",
  "EventBridge guide: Archives",
  async (world) => {
    const { bus, describe } = await archived(world, pattern({ "detail-type": ["Placed"] }));
    await bus.put(entry, { ...entry, DetailType: "Other" });
    expect(await describe()).toMatchObject({ State: "ENABLED", RetentionDays: 2, EventCount: 1 });
  },
  { needs: "emulator" },
); // Elsewhere the count is hours late.

behaviour(
  "An archive forgets events when its retention is over",
  "EventBridge API: CreateArchive",
  async (world) => {
    const { bus, describe } = await archived(world);
    await bus.put(entry);
    await world.passSeconds(2 * 86_400 - 60);
    expect((await describe()).EventCount).toBe(1);
    await world.passSeconds(120);
    expect((await describe()).EventCount).toBe(0);
  },
  { needs: "emulator" },
);

behaviour(
  "An archive's pattern and retention can be changed",
  "EventBridge API: UpdateArchive",
  async (world) => {
    const { ArchiveName, describe } = await archived(world);
    const EventPattern = pattern({ source: ["other"] });
    const changed = { EventPattern, RetentionDays: 5, Description: "other" };
    await world.eventBridge.send(new UpdateArchiveCommand({ ArchiveName, ...changed }));
    expect(await describe()).toMatchObject(changed);
    await world.eventBridge.send(new UpdateArchiveCommand({ ArchiveName, RetentionDays: 6 }));
    expect(await describe()).toMatchObject({ ...changed, RetentionDays: 6 });
    const broken = new UpdateArchiveCommand({ ArchiveName, EventPattern: '{"source":[]}' });
    await expect(world.eventBridge.send(broken)).rejects.toMatchObject({
      name: "InvalidEventPatternException",
    });
    await world.eventBridge.send(new DeleteArchiveCommand({ ArchiveName }));
    await expect(describe()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  },
);

behaviour(
  "A replay sends archived events again to the rules it names, marked with its own name",
  "EventBridge guide: Replays",
  async (world) => {
    const { bus, ArchiveArn } = await archived(world);
    const [named, other] = [await aQueue(world), await aQueue(world)];
    const at = new Date(Math.floor(Date.now() / 1000) * 1000);
    await bus.put({ ...entry, Time: at }, { ...entry, Time: new Date(at.getTime() - 3_600_000) });
    const ruleArn = await bus.addRule("named");
    await bus.addTarget("named", { Arn: named.arn });
    await bus.addRule("other");
    await bus.addTarget("other", { Arn: other.arn });
    const ReplayName = world.unique("replay");
    const start = (input: object) =>
      world.eventBridge.send(
        new StartReplayCommand({
          ReplayName,
          EventSourceArn: ArchiveArn,
          EventStartTime: new Date(at.getTime() - 1000),
          EventEndTime: new Date(at.getTime() + 1000),
          Destination: { Arn: bus.EventBusArn, FilterArns: [ruleArn] },
          ...input,
        }),
      );
    expect(await start({})).toMatchObject({ State: "STARTING" });
    const body = JSON.parse((await named.next(20))?.Body ?? "{}");
    expect(body).toMatchObject({ "replay-name": ReplayName, time: at.toISOString().replace(".000", "") });
    expect(await named.next()).toBeUndefined();
    expect(await other.next()).toBeUndefined();
    await expect(start({})).rejects.toMatchObject({ name: "ResourceAlreadyExistsException" });
    await expect.poll(async () => (await describeReplay(world, ReplayName)).State).toBe("COMPLETED");
  },
  { needs: "emulator" },
); // Elsewhere an archive takes ten minutes.

const describeReplay = ({ eventBridge }: World, ReplayName: string) =>
  eventBridge.send(new DescribeReplayCommand({ ReplayName }));

behaviour(
  "A replay goes to the bus its archive was made from",
  "EventBridge API: StartReplay",
  async (world) => {
    const { ArchiveArn } = await archived(world);
    const other = await aBus(world);
    const command = new StartReplayCommand({
      ReplayName: world.unique("replay"),
      EventSourceArn: ArchiveArn,
      EventStartTime: new Date(0),
      EventEndTime: new Date(1000),
      Destination: { Arn: other.EventBusArn },
    });
    await expect(world.eventBridge.send(command)).rejects.toMatchObject({ name: "ValidationException" });
  },
);

behaviour("A replay that is not there is told by name", "EventBridge API: DescribeReplay", async (world) => {
  await expect(describeReplay(world, world.unique("nothing"))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});
