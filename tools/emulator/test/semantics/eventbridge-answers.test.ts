// The behaviours of EventBridge where something is odd: its errors, lists page by page, and limits.
import {
  CancelReplayCommand,
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  EnableRuleCommand,
  ListArchivesCommand,
  ListEventBusesCommand,
  ListReplaysCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type RuleState,
  StartReplayCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-eventbridge";
import { expect } from "vitest";
import { behaviour, onAnEndpoint, type World } from "./behaviour.ts";
import { aBus, aQueue, entry, pattern, received } from "./bus.ts";

onAnEndpoint();

const invalid = (message: RegExp | string = /./) => ({
  name: "ValidationException",
  message: typeof message === "string" ? message : expect.stringMatching(message),
});
const missing = (message: string) => ({ name: "ResourceNotFoundException", message });

behaviour(
  "An event for a bus that is not there has an id, and is gone",
  "EventBridge, recorded: Buses, rules and events",
  async (world) => {
    const { bus, queue, message } = await received(world);
    expect(message).toBeDefined();
    for (const EventBusName of [world.unique("nowhere"), `${bus.EventBusArn}-nowhere`]) {
      const { Entries, FailedEntryCount } = await bus.put({ ...entry, EventBusName }, entry);
      expect([
        FailedEntryCount,
        Entries?.map(({ EventId, ErrorCode }) => [typeof EventId, ErrorCode]),
      ]).toEqual([
        0,
        [
          ["string", undefined],
          ["string", undefined],
        ],
      ]);
      expect(JSON.parse((await queue.next(5))?.Body ?? "{}").id).toBe(Entries?.[1]?.EventId);
    }
    expect(await queue.next()).toBeUndefined();
  },
  { needs: "emulator" },
);

behaviour(
  "An event carries its trace header to the queue",
  "EventBridge API: PutEventsRequestEntry",
  async (world) => {
    const TraceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    const { message } = await received(world, {}, { ...entry, TraceHeader });
    expect(message?.Attributes?.AWSTraceHeader).toBe(TraceHeader);
    const { bus } = await received(world);
    for (const wrong of ["", "x".repeat(501)])
      await expect(bus.put({ ...entry, TraceHeader: wrong })).rejects.toMatchObject(invalid());
  },
);

behaviour(
  "A detail type has at most 128 characters",
  "EventBridge API: PutEventsRequestEntry",
  async (world) => {
    const bus = await aBus(world);
    const put = async (DetailType: string) => (await bus.put({ ...entry, DetailType })).Entries?.[0];
    expect(await put("x".repeat(129))).toMatchObject({ ErrorCode: "InvalidArgument" });
    expect(await put("x".repeat(128))).toMatchObject({ EventId: expect.any(String) });
  },
);

behaviour(
  "Outside quotes a path that leads nowhere is an empty text",
  "EventBridge, recorded: Inputs",
  async (world) => {
    const InputTransformer = {
      InputPathsMap: { none: "$.detail.none", sku: "$.detail.sku" },
      InputTemplate: '{"sku":<sku>,"none":<none>,"list":[<none>,<sku>]}',
    };
    expect((await received(world, { InputTransformer })).body).toBe(
      '{"sku":"tea","none":"","list":["","tea"]}',
    );
  },
);

behaviour(
  "A template of JSON that is none when it is filled in sends nothing",
  "EventBridge, recorded: Inputs",
  async (world) => {
    const InputPathsMap = { all: "$.detail.all", list: "$.detail.list", text: "$.detail.text" };
    const Detail = '{"all":{"a":1,"b":"x"},"list":["a"],"text":"a \\"quoted\\" text"}';
    const bus = await aBus(world);
    const queue = await aQueue(world);
    await bus.addRule("rule");
    for (const InputTemplate of [
      '{"all":"<all>"}',
      '{"path":"users/<all>","all":<all>}',
      '{"list":"<list>"}',
      ' ["<list>"]',
      '{"text":"<text>"}',
      '{"text":x<text>}',
    ]) {
      await bus.addTarget("rule", { Arn: queue.arn, InputTransformer: { InputPathsMap, InputTemplate } });
      expect((await bus.put({ ...entry, Detail })).FailedEntryCount).toBe(0);
      expect(await queue.next(), InputTemplate).toBeUndefined();
    }
    const InputTransformer = { InputPathsMap, InputTemplate: '{"all":<all>,"list":<list>,"text":<text>}' };
    await bus.addTarget("rule", { Arn: queue.arn, InputTransformer });
    await bus.put({ ...entry, Detail });
    expect((await queue.next(5))?.Body).toBe(Detail);
  },
  { needs: "emulator" },
);

behaviour(
  "A template fills in numbers as they were put, and true as a word",
  "EventBridge, recorded: Inputs",
  async (world) => {
    const InputTransformer = {
      InputPathsMap: { price: "$.detail.price", valid: "$.detail.valid" },
      InputTemplate: '"<price> is <valid>!"',
    };
    const given = { ...entry, Detail: '{"price":1.50,"valid":true}' };
    expect((await received(world, { InputTransformer }, given)).body).toBe('"1.50 is true!"');
    expect((await received(world, { InputPath: "$.detail.price" }, given)).body).toBe("1.50");
  },
);

behaviour(
  "The event without its detail is written in an order and by names of its own",
  "EventBridge, recorded: Inputs",
  async (world) => {
    const InputTransformer = { InputTemplate: '{"head":<aws.events.event>}' };
    const { head } = JSON.parse((await received(world, { InputTransformer })).body);
    expect(Object.keys(head).join()).toBe("id,account,detailType,time,source,region,resources,version");
  },
);

behaviour(
  "A variable of a template that has no path is told by its name and its target's",
  "EventBridge, recorded: Inputs",
  async (world) => {
    const { bus, queue } = await received(world);
    const InputTransformer = { InputPathsMap: { sku: "$.detail.sku" }, InputTemplate: '"<sku> and <other>"' };
    const message = "InputTemplate for target t contains invalid placeholder other.";
    await expect(bus.addTarget("rule", { Id: "t", Arn: queue.arn, InputTransformer })).rejects.toMatchObject(
      invalid(message),
    );
    const both = {
      Id: "t",
      Arn: queue.arn,
      InputPath: "$.detail",
      InputTransformer: { InputTemplate: '"x"' },
    };
    await expect(bus.addTarget("rule", both)).rejects.toMatchObject(
      invalid("Only one of Input, InputPath, or InputTransformer must be provided for target t."),
    );
  },
);

behaviour("An input and its paths have limits", "EventBridge API: PutTargets", async (world) => {
  const { bus, queue } = await received(world);
  const long = (path: number) => `$.${"x".repeat(path - 2)}`;
  const paths = (count: number, path = "$.id") =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, path]));
  const put = (target: object) => bus.addTarget("rule", { Arn: queue.arn, ...target });
  for (const [taken, refused] of [
    [{ Input: `"${"x".repeat(8190)}"` }, { Input: `"${"x".repeat(8191)}"` }],
    [{ InputPath: long(256) }, { InputPath: long(257) }],
    [
      { InputTransformer: { InputTemplate: `"${"x".repeat(8190)}"` } },
      { InputTransformer: { InputTemplate: `"${"x".repeat(8191)}"` } },
    ],
    [
      { InputTransformer: { InputTemplate: '"x"', InputPathsMap: paths(100) } },
      { InputTransformer: { InputTemplate: '"x"', InputPathsMap: paths(101) } },
    ],
    [
      { InputTransformer: { InputTemplate: '"x"', InputPathsMap: paths(1, long(256)) } },
      { InputTransformer: { InputTemplate: '"x"', InputPathsMap: paths(1, long(257)) } },
    ],
  ] as const) {
    await put(taken);
    await expect(put(refused)).rejects.toMatchObject(invalid());
  }
});

behaviour("A description has at most 512 characters", "EventBridge API: PutRule", async (world) => {
  const { EventBusName, EventBusArn } = await aBus(world);
  const { eventBridge, unique } = world;
  const Description = "x".repeat(512);
  const rule = { EventBusName, Name: "rule", EventPattern: pattern() };
  await eventBridge.send(new PutRuleCommand({ ...rule, Description }));
  const described = await eventBridge.send(new DescribeRuleCommand({ EventBusName, Name: "rule" }));
  expect(described.Description).toBe(Description);
  const bus = { Name: unique("bus") };
  await eventBridge.send(new CreateEventBusCommand({ ...bus, Description }));
  expect((await eventBridge.send(new DescribeEventBusCommand(bus))).Description).toBe(Description);
  const archive = { ArchiveName: unique("archive"), EventSourceArn: EventBusArn };
  await eventBridge.send(new CreateArchiveCommand({ ...archive, Description }));
  expect((await eventBridge.send(new DescribeArchiveCommand(archive))).Description).toBe(Description);
  const long = { Description: `${Description}x` };
  await expect(eventBridge.send(new PutRuleCommand({ ...rule, ...long }))).rejects.toMatchObject(invalid());
  for (const command of [
    new CreateEventBusCommand({ Name: unique("bus"), ...long }),
    new CreateArchiveCommand({ ...archive, ArchiveName: unique("archive"), ...long }),
  ])
    await expect(eventBridge.send(command as CreateEventBusCommand)).rejects.toMatchObject(invalid());
});

behaviour(
  "A bus has at most 300 rules, and one of them can still be replaced",
  "EventBridge guide: Quotas",
  async (world) => {
    const bus = await aBus(world);
    for (let n = 0; n < 300; n++) await bus.addRule(`rule-${n}`);
    await expect(bus.addRule("rule-300")).rejects.toMatchObject({
      name: "LimitExceededException",
      message: "The requested resource exceeds the maximum number allowed.",
    });
    await bus.addRule("rule-7", pattern({ source: ["other"] }));
  },
  { needs: "emulator" },
);

behaviour(
  "A rule can be put for the management events of CloudTrail too, and says so",
  "EventBridge API: PutRule",
  async ({ eventBridge, ...world }) => {
    const { EventBusName } = await aBus({ eventBridge, ...world });
    const Name = "rule";
    const State: RuleState = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
    await eventBridge.send(new PutRuleCommand({ EventBusName, Name, EventPattern: pattern(), State }));
    const described = () => eventBridge.send(new DescribeRuleCommand({ EventBusName, Name }));
    expect(await described()).toMatchObject({ State, CreatedBy: expect.stringMatching(/^\d{12}$/) });
    await eventBridge.send(new EnableRuleCommand({ EventBusName, Name }));
    expect((await described()).State).toBe("ENABLED");
  },
);

behaviour(
  "Force changes nothing for a rule that no AWS service manages",
  "EventBridge API: DeleteRule",
  async (world) => {
    const { bus } = await received(world);
    const { EventBusName } = bus;
    const { eventBridge } = world;
    const remove = () => eventBridge.send(new DeleteRuleCommand({ EventBusName, Name: "rule", Force: true }));
    await expect(remove()).rejects.toMatchObject(invalid("Rule can't be deleted since it has targets."));
    const targets = new RemoveTargetsCommand({ EventBusName, Rule: "rule", Ids: ["1"], Force: true });
    expect((await eventBridge.send(targets)).FailedEntryCount).toBe(0);
    await remove();
    await expect(
      eventBridge.send(new DescribeRuleCommand({ EventBusName, Name: "rule" })),
    ).rejects.toMatchObject(missing(`Rule rule does not exist on EventBus ${EventBusName}.`));
  },
);

behaviour(
  "A bus with rules is not deleted; one that is not there is no error",
  "EventBridge API: DeleteEventBus",
  async (world) => {
    const { EventBusName, addRule } = await aBus(world);
    const { eventBridge } = world;
    const remove = () => eventBridge.send(new DeleteEventBusCommand({ Name: EventBusName }));
    await addRule("rule");
    await expect(remove()).rejects.toMatchObject(invalid());
    await eventBridge.send(new DeleteRuleCommand({ EventBusName, Name: "rule" }));
    await remove();
    await remove();
    await expect(eventBridge.send(new DescribeEventBusCommand({ Name: EventBusName }))).rejects.toMatchObject(
      missing(`Event bus ${EventBusName} does not exist.`),
    );
  },
);

behaviour(
  "A bus says since when it is there, and has no / in its name",
  "EventBridge API: CreateEventBus",
  async (world) => {
    const { EventBusArn } = await aBus(world);
    const { CreationTime, LastModifiedTime } = await world.eventBridge.send(
      new DescribeEventBusCommand({ Name: EventBusArn }),
    );
    expect(Math.abs(Number(CreationTime) - Date.now())).toBeLessThan(600_000);
    expect(LastModifiedTime).toEqual(CreationTime);
    await expect(
      world.eventBridge.send(new CreateEventBusCommand({ Name: world.unique("a/b") })),
    ).rejects.toMatchObject(invalid());
  },
);

behaviour(
  "Buses and rules can be made with tags, and put again without they keep them",
  "EventBridge API: TagResource",
  async (world) => {
    const { eventBridge, unique } = world;
    const Tags = [{ Key: "team", Value: "orders" }];
    const { EventBusArn } = await eventBridge.send(new CreateEventBusCommand({ Name: unique("bus"), Tags }));
    const { EventBusName } = await aBus(world);
    const rule = { EventBusName, Name: "rule", EventPattern: pattern() };
    const { RuleArn } = await eventBridge.send(new PutRuleCommand({ ...rule, Tags }));
    await eventBridge.send(new PutRuleCommand(rule));
    for (const ResourceARN of [EventBusArn, RuleArn])
      expect((await eventBridge.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual(Tags);
  },
);

behaviour("Tags have limits, and aws: is AWS's own", "EventBridge API: Tag", async (world) => {
  const { EventBusArn: ResourceARN } = await aBus(world);
  const tag = (...Tags: { Key: string; Value: string }[]) =>
    world.eventBridge.send(new TagResourceCommand({ ResourceARN, Tags }));
  const some = (count: number, from = 0) =>
    Array.from({ length: count }, (_, n) => ({ Key: `k${n + from}`, Value: "" }));
  await tag({ Key: "k".repeat(128), Value: "v".repeat(256) });
  for (const wrong of [
    { Key: "", Value: "" },
    { Key: "k".repeat(129), Value: "" },
    { Key: "k", Value: "v".repeat(257) },
    { Key: "aws:k", Value: "" },
  ])
    await expect(tag(wrong)).rejects.toMatchObject(invalid());
  await tag(...some(49));
  await expect(tag(...some(1, 49))).rejects.toMatchObject(invalid());
  await tag(...some(1));
});

behaviour(
  "Tags of what is not there are told by the name of the rule or the bus",
  "EventBridge, recorded: Tags",
  async (world) => {
    const arn = await world.eventsArn();
    for (const [ResourceARN, message] of [
      [`${arn}rule/none`, "Rule none does not exist on EventBus default."],
      [`${arn}event-bus/none`, "Event bus none does not exist."],
    ] as const)
      for (const command of [
        new ListTagsForResourceCommand({ ResourceARN }),
        new TagResourceCommand({ ResourceARN, Tags: [{ Key: "a", Value: "b" }] }),
        new UntagResourceCommand({ ResourceARN, TagKeys: ["a"] }),
      ])
        await expect(world.eventBridge.send(command as TagResourceCommand)).rejects.toMatchObject(
          missing(message),
        );
  },
);

behaviour(
  "A page is not moved by what comes and goes before it",
  "EventBridge API: ListRules",
  async (world) => {
    const { EventBusName, addRule } = await aBus(world);
    const { eventBridge } = world;
    for (const name of ["b", "d", "f"]) await addRule(name);
    const ask = (NextToken?: string) =>
      eventBridge.send(new ListRulesCommand({ EventBusName, Limit: 1, NextToken }));
    const first = await ask();
    await eventBridge.send(new DeleteRuleCommand({ EventBusName, Name: "b" }));
    const second = await ask(first.NextToken);
    await addRule("a");
    await addRule("c");
    const third = await ask(second.NextToken);
    const names = [first, second, third].map(({ Rules }) => Rules?.map(({ Name }) => Name).join());
    expect([names, third.NextToken]).toEqual([["b", "d", "f"], undefined]);
  },
  { needs: "emulator" },
);

behaviour(
  "A token that no page gave, a limit out of bounds and an empty prefix are refused",
  "EventBridge API: ListRules",
  async (world) => {
    const { EventBusName, addRule } = await aBus(world);
    await addRule("rule");
    for (const wrong of [
      { NextToken: "1" },
      { NextToken: "?" },
      { Limit: 0 },
      { Limit: 101 },
      { NamePrefix: "" },
    ])
      await expect(
        world.eventBridge.send(new ListRulesCommand({ EventBusName, ...wrong })),
      ).rejects.toMatchObject(invalid());
  },
);

behaviour(
  "Buses are listed by the beginning of their name, page by page",
  "EventBridge API: ListEventBuses",
  async (world) => {
    const { eventBridge, unique } = world;
    const NamePrefix = unique("listed");
    for (const end of ["1", "2"])
      await eventBridge.send(new CreateEventBusCommand({ Name: `${NamePrefix}-${end}` }));
    const ask = (NextToken?: string) =>
      eventBridge.send(new ListEventBusesCommand({ NamePrefix, Limit: 1, NextToken }));
    const first = await ask();
    const second = await ask(first.NextToken);
    expect([...(first.EventBuses ?? []), ...(second.EventBuses ?? [])].map(({ Name }) => Name)).toEqual([
      `${NamePrefix}-1`,
      `${NamePrefix}-2`,
    ]);
  },
);

/** An archive of a bus of its own. */
async function anArchive(world: World, more: object = {}) {
  const bus = await aBus(world);
  const ArchiveName = world.unique("archive");
  const made = { ArchiveName, EventSourceArn: bus.EventBusArn, ...more };
  const { ArchiveArn = "" } = await world.eventBridge.send(new CreateArchiveCommand(made));
  const replay = (given: object = {}) => ({
    ReplayName: world.unique("replay"),
    EventSourceArn: ArchiveArn,
    EventStartTime: new Date(Date.now() - 3_600_000),
    EventEndTime: new Date(Date.now() + 3_600_000),
    Destination: { Arn: bus.EventBusArn },
    ...given,
  });
  return { bus, ArchiveName, ArchiveArn, replay };
}

behaviour(
  "Archives are listed by name, source or state, by one of them at a time",
  "EventBridge API: ListArchives",
  async (world) => {
    const { bus, ArchiveName } = await anArchive(world, { Description: "all", EventPattern: pattern() });
    const { eventBridge } = world;
    const list = async (filter: object) => (await eventBridge.send(new ListArchivesCommand(filter))).Archives;
    const found = [{ ArchiveName, EventSourceArn: bus.EventBusArn, State: "ENABLED", RetentionDays: 0 }];
    expect(await list({ NamePrefix: ArchiveName })).toMatchObject(found);
    expect(await list({ EventSourceArn: bus.EventBusArn })).toMatchObject(found);
    expect(await list({ State: "ENABLED", Limit: 100 })).toEqual(
      expect.arrayContaining([expect.objectContaining(found[0] ?? {})]),
    );
    expect(await list({ State: "DISABLED" })).toEqual([]);
    const both = { NamePrefix: ArchiveName, State: "ENABLED" };
    await expect(list(both)).rejects.toMatchObject(invalid(/At most one filter is allowed/));
    await expect(list({ State: "GONE" })).rejects.toMatchObject(invalid());
    expect(Object.keys((await list({ NamePrefix: ArchiveName }))?.[0] ?? {})).not.toContain("Description");
  },
);

behaviour("Archives are listed page by page", "EventBridge API: ListArchives", async (world) => {
  const { bus, ArchiveName } = await anArchive(world);
  const { eventBridge } = world;
  await eventBridge.send(
    new CreateArchiveCommand({ ArchiveName: `${ArchiveName}-2`, EventSourceArn: bus.EventBusArn }),
  );
  const list = (NextToken?: string) =>
    eventBridge.send(new ListArchivesCommand({ NamePrefix: ArchiveName, Limit: 1, NextToken }));
  const first = await list();
  const second = await list(first.NextToken);
  expect([first, second].map(({ Archives }) => Archives?.map((each) => each.ArchiveName))).toEqual([
    [ArchiveName],
    [`${ArchiveName}-2`],
  ]);
});

behaviour(
  "An archive of a bus that is not there is refused, and so is a list of its archives",
  "EventBridge, recorded: Archives and replays",
  async (world) => {
    const EventSourceArn = `${await world.eventsArn()}event-bus/none`;
    for (const command of [
      new ListArchivesCommand({ EventSourceArn }),
      new CreateArchiveCommand({ ArchiveName: world.unique("archive"), EventSourceArn }),
    ])
      await expect(world.eventBridge.send(command as ListArchivesCommand)).rejects.toMatchObject(
        missing("Event bus none does not exist."),
      );
  },
);

behaviour(
  "Of an archive that is not there nothing is told, and it cannot be deleted",
  "EventBridge, recorded: Archives and replays",
  async (world) => {
    const ArchiveName = world.unique("archive");
    for (const command of [
      new DescribeArchiveCommand({ ArchiveName }),
      new DeleteArchiveCommand({ ArchiveName }),
    ])
      await expect(world.eventBridge.send(command as DeleteArchiveCommand)).rejects.toMatchObject(
        missing(`Archive ${ArchiveName} does not exist.`),
      );
  },
);

behaviour(
  "A replay that cannot be is refused with AWS's reason",
  "EventBridge, recorded: Archives and replays",
  async (world) => {
    const { ArchiveArn, replay } = await anArchive(world);
    const other = await aBus(world);
    const start = (more: object) => world.eventBridge.send(new StartReplayCommand(replay(more)));
    await expect(start({ EventSourceArn: `${ArchiveArn}s` })).rejects.toMatchObject(
      invalid(/^Parameter EventSourceArn is not valid. Reason: Archive .* does not exist.$/),
    );
    await expect(start({ EventEndTime: new Date(0) })).rejects.toMatchObject(
      invalid("Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."),
    );
    await expect(start({ Destination: { Arn: other.EventBusArn } })).rejects.toMatchObject(
      invalid("Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted."),
    );
    const Arn = `${await world.eventsArn()}event-bus/none`;
    await expect(start({ Destination: { Arn } })).rejects.toMatchObject(
      missing("Event bus none does not exist."),
    );
  },
);

behaviour(
  "Replays are listed by name, archive or state, by one of them at a time",
  "EventBridge API: ListReplays",
  async (world) => {
    const { ArchiveArn, replay } = await anArchive(world);
    const { eventBridge } = world;
    const given = replay({ Description: "again" });
    await eventBridge.send(new StartReplayCommand(given));
    const { ReplayName } = given;
    const described = () => eventBridge.send(new DescribeReplayCommand({ ReplayName }));
    await expect.poll(async () => (await described()).State).toBe("COMPLETED");
    expect(await described()).toMatchObject({
      Description: "again",
      EventSourceArn: ArchiveArn,
      EventStartTime: given.EventStartTime,
    });
    const list = (filter: object) => eventBridge.send(new ListReplaysCommand(filter));
    const names = async (filter: object) => (await list(filter)).Replays?.map((each) => each.ReplayName);
    expect(await names({ NamePrefix: ReplayName })).toEqual([ReplayName]);
    expect(await names({ EventSourceArn: ArchiveArn })).toEqual([ReplayName]);
    expect(await names({ State: "COMPLETED" })).toContain(ReplayName);
    expect(await names({ State: "FAILED" })).toEqual([]);
    await expect(list({ NamePrefix: ReplayName, State: "COMPLETED" })).rejects.toMatchObject(invalid());
    await eventBridge.send(new StartReplayCommand(replay()));
    const { NextToken } = await list({ EventSourceArn: ArchiveArn, Limit: 1 });
    expect((await list({ EventSourceArn: ArchiveArn, NextToken })).Replays).toHaveLength(1);
  },
  { needs: "emulator" },
); // Elsewhere a replay takes minutes.

behaviour(
  "A replay that is over cannot be cancelled",
  "EventBridge API: CancelReplay",
  async (world) => {
    const { replay } = await anArchive(world);
    const { eventBridge } = world;
    const given = replay();
    await eventBridge.send(new StartReplayCommand(given));
    const { ReplayName } = given;
    const state = async () => (await eventBridge.send(new DescribeReplayCommand({ ReplayName }))).State;
    await expect.poll(state).toBe("COMPLETED");
    await expect(eventBridge.send(new CancelReplayCommand({ ReplayName }))).rejects.toMatchObject({
      name: "IllegalStatusException",
    });
  },
  { needs: "emulator" },
);

behaviour(
  "A target put again with its id is replaced, and others stay",
  "EventBridge API: PutTargets",
  async (world) => {
    const { bus, queue } = await received(world);
    await bus.addTarget("rule", { Id: "2", Arn: queue.arn });
    await bus.addTarget("rule", { Id: "1", Arn: queue.arn, Input: '"new"' });
    const { EventBusName } = bus;
    const { Targets } = await world.eventBridge.send(
      new ListTargetsByRuleCommand({ EventBusName, Rule: "rule" }),
    );
    expect(Targets).toEqual([
      { Id: "1", Arn: queue.arn, Input: '"new"' },
      { Id: "2", Arn: queue.arn },
    ]);
  },
);

behaviour(
  "An entry's resources are the event's, and its time is in whole seconds",
  "EventBridge API: PutEventsRequestEntry",
  async (world) => {
    const Time = new Date("2026-01-05T10:00:00.900Z");
    const { body } = await received(world, {}, { ...entry, Time, Resources: ["o1", "o2"] });
    expect(JSON.parse(body)).toMatchObject({ time: "2026-01-05T10:00:00Z", resources: ["o1", "o2"] });
    const { body: plain } = await received(world);
    expect(JSON.parse(plain).resources).toEqual([]);
  },
);

behaviour("Without a bus an entry is the default bus's", "EventBridge API: PutEvents", async (world) => {
  const { eventBridge, unique } = world;
  const queue = await aQueue(world);
  const Name = unique("rule");
  const Source = unique("source");
  await eventBridge.send(new PutRuleCommand({ Name, EventPattern: pattern({ source: [Source] }) }));
  const { Arn } = await eventBridge.send(new DescribeRuleCommand({ Name }));
  expect(Arn).toBe(`${await world.eventsArn()}rule/${Name}`);
  await eventBridge.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: "1", Arn: queue.arn }] }));
  await eventBridge.send(new PutEventsCommand({ Entries: [{ ...entry, Source }] }));
  expect(JSON.parse((await queue.next(5))?.Body ?? "{}").source).toBe(Source);
});
