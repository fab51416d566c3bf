// Archives and replays: what is kept, what is delivered again, and how an interrupted replay continues.
// Source: EventBridge user guide, "Archiving and replaying events in Amazon EventBridge".
import { join } from "node:path";
import { expect, test } from "vitest";
import { directoryForTest } from "../testing.ts";
import { BUS, createWorld, entry, QUEUE, type World } from "./testing.ts";

const ARCHIVE = "arn:aws:events:eu-west-1:000000000000:archive/all";
const DAY = 86_400_000;

const addArchive = (world: World, more: object = {}) =>
  world.arrange("CreateArchive", { ArchiveName: "all", EventSourceArn: BUS, ...more });

function replayInput({ clock }: World, more: object = {}) {
  const seconds = clock.now / 1000;
  return {
    ReplayName: "again",
    EventSourceArn: ARCHIVE,
    EventStartTime: seconds - 3600,
    EventEndTime: seconds + 3600,
    Destination: { Arn: BUS },
    ...more,
  };
}

const replayEnds = (world: World, state = "COMPLETED", ReplayName = "again") =>
  expect.poll(async () => (await world.arrange("DescribeReplay", { ReplayName })).State).toBe(state);

test("an archive keeps what its pattern matches, of its bus only, whether or not a rule does", async () => {
  const world = createWorld();
  await world.arrange("CreateEventBus", { Name: "other" });
  await addArchive(world, {
    EventPattern: '{"detail":{"sku":["tea"]}}',
    RetentionDays: 7,
    Description: "tea",
  });
  await world.put(entry, { ...entry, Detail: '{"sku":"pot"}' }, { ...entry, EventBusName: "other" });
  expect(await world.arrange("DescribeArchive", { ArchiveName: "all" })).toMatchObject({
    ArchiveArn: ARCHIVE,
    EventSourceArn: BUS,
    EventPattern: '{"detail":{"sku":["tea"]}}',
    Description: "tea",
    RetentionDays: 7,
    State: "ENABLED",
    EventCount: 1,
    SizeBytes: expect.any(Number),
    CreationTime: world.clock.now / 1000,
  });
});

test("a replay delivers archived events again, in order and marked with its name", async () => {
  const world = createWorld();
  await world.addRule();
  await addArchive(world);
  for (let i = 0; i < 250; i++) await world.put({ ...entry, Detail: `{"i":${i}}` });
  const originals = world.bodies();
  expect(await world.arrange("StartReplay", replayInput(world))).toEqual({
    ReplayArn: "arn:aws:events:eu-west-1:000000000000:replay/again",
    State: "STARTING",
    ReplayStartTime: world.clock.now / 1000,
  });
  await replayEnds(world);
  const replayed = originals.map((event) => ({ ...event, "replay-name": "again" }));
  expect(world.bodies().slice(250)).toEqual(replayed);
  expect(await world.arrange("DescribeReplay", { ReplayName: "again" })).toMatchObject({
    EventSourceArn: ARCHIVE,
    Destination: { Arn: BUS },
    EventLastReplayedTime: world.clock.now / 1000,
    ReplayEndTime: world.clock.now / 1000,
  });
  // Replayed events are not archived again.
  expect(await world.arrange("DescribeArchive", { ArchiveName: "all" })).toMatchObject({ EventCount: 250 });
});

test("a replay takes the events of its time only", async () => {
  const world = createWorld();
  await world.addRule();
  await addArchive(world);
  const start = world.clock.now / 1000;
  for (const seconds of [-1, 0, 60, 61]) {
    await world.put({ ...entry, Time: start + seconds, Detail: `{"at":${seconds}}` });
  }
  world.delivered.length = 0;
  await world.arrange("StartReplay", replayInput(world, { EventStartTime: start, EventEndTime: start + 60 }));
  await replayEnds(world);
  expect(world.bodies().map(({ detail }) => detail)).toEqual([{ at: 0 }, { at: 60 }]);
});

test("a replay with a filter goes to those rules alone", async () => {
  const world = createWorld();
  const second = QUEUE.replace("queue", "second");
  await world.addRule({}, undefined, "one");
  await world.addRule({ Arn: second }, undefined, "two");
  await addArchive(world);
  await world.put(entry);
  world.delivered.length = 0;
  const FilterArns = ["arn:aws:events:eu-west-1:000000000000:rule/two"];
  await world.arrange("StartReplay", replayInput(world, { Destination: { Arn: BUS, FilterArns } }));
  await replayEnds(world);
  expect(world.delivered.map(({ queueArn }) => queueArn)).toEqual([second]);
});

test("a rule can tell a replayed event from a first one", async () => {
  const world = createWorld();
  await world.addRule({}, { "replay-name": [{ exists: false }], source: ["shop"] });
  await addArchive(world);
  await world.put(entry);
  await world.arrange("StartReplay", replayInput(world));
  await replayEnds(world);
  expect(world.delivered).toHaveLength(1);
});

test("a replayed event whose delivery fails is retried like any other", async () => {
  const world = createWorld();
  await world.addRule();
  await addArchive(world);
  await world.put(entry);
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.arrange("StartReplay", replayInput(world));
  await replayEnds(world);
  world.broken.clear();
  await world.passTime(60_000);
  expect(world.bodies()).toMatchObject([{}, { "replay-name": "again" }]);
});

test("a cancelled replay stops, and cannot be cancelled again", async () => {
  const world = createWorld();
  await world.addRule();
  await addArchive(world);
  await world.put(entry);
  await world.arrange("StartReplay", replayInput(world));
  expect(await world.arrange("CancelReplay", { ReplayName: "again" })).toMatchObject({ State: "CANCELLING" });
  await world.arrange("StartReplay", replayInput(world, { ReplayName: "second" }));
  await replayEnds(world, "COMPLETED", "second");
  await replayEnds(world, "CANCELLED");
  expect(world.bodies().map((event) => event["replay-name"])).toEqual([undefined, "second"]);
  expect((await world.call("CancelReplay", { ReplayName: "again" })).body.__type).toBe(
    "IllegalStatusException",
  );
});

test("a replay that was cut off goes on at the next start", async () => {
  const file = join(directoryForTest(), "bridge.sqlite");
  const first = createWorld({ file });
  await first.addRule();
  await addArchive(first);
  await first.put(entry);
  await first.arrange("StartReplay", replayInput(first));
  first.close(); // Before its first event, for that comes a turn later.
  expect(first.delivered).toHaveLength(1);
  const second = createWorld({ file, generation: 2 });
  await replayEnds(second);
  expect(second.bodies()).toMatchObject([{ id: "id-1-1", "replay-name": "again" }]);
});

test("archives survive a restart and go on keeping", async () => {
  const file = join(directoryForTest(), "bridge.sqlite");
  const first = createWorld({ file });
  await addArchive(first, { EventPattern: '{"source":["shop"]}' });
  await first.put(entry);
  first.close();
  const second = createWorld({ file, generation: 2 });
  await second.put(entry, { ...entry, Source: "other" });
  expect(await second.arrange("DescribeArchive", { ArchiveName: "all" })).toMatchObject({ EventCount: 2 });
});

test("events older than the retention are gone, without one they stay", async () => {
  const world = createWorld();
  await addArchive(world, { RetentionDays: 1 });
  await addArchive(world, { ArchiveName: "ever" });
  await world.put(entry);
  world.clock.now += DAY + 1;
  await world.put(entry);
  const { Archives } = await world.arrange("ListArchives", {});
  expect(Archives).toMatchObject([
    { ArchiveName: "all", EventCount: 1 },
    { ArchiveName: "ever", EventCount: 2 },
  ]);
});

test("a deleted archive keeps nothing, nor does one of the same name after it", async () => {
  const world = createWorld();
  await addArchive(world);
  await world.put(entry);
  await world.arrange("DeleteArchive", { ArchiveName: "all" });
  expect((await world.call("DescribeArchive", { ArchiveName: "all" })).body.__type).toBe(
    "ResourceNotFoundException",
  );
  await addArchive(world);
  expect(await world.arrange("DescribeArchive", { ArchiveName: "all" })).toMatchObject({ EventCount: 0 });
});

test("archives and replays are listed by one filter at a time", async () => {
  const world = createWorld();
  await addArchive(world);
  await addArchive(world, { ArchiveName: "tea" });
  await world.arrange("StartReplay", replayInput(world));
  await replayEnds(world);
  expect(await world.arrange("ListArchives", { NamePrefix: "t" })).toMatchObject({
    Archives: [{ ArchiveName: "tea" }],
  });
  expect(await world.arrange("ListArchives", { EventSourceArn: BUS })).toMatchObject({
    Archives: [{ ArchiveName: "all" }, { ArchiveName: "tea" }],
  });
  // Recorded by LocalStack's tests against AWS: test_list_archive_error_unknown_source_arn.
  const EventSourceArn = BUS.replace("default", "nowhere");
  expect((await world.call("ListArchives", { EventSourceArn })).body).toEqual({
    __type: "ResourceNotFoundException",
    message: "Event bus nowhere does not exist.",
  });
  expect(await world.arrange("ListReplays", { State: "COMPLETED" })).toMatchObject({
    Replays: [{ ReplayName: "again" }],
  });
  expect(await world.arrange("ListReplays", { State: "RUNNING" })).toEqual({ Replays: [] });
  const two = { State: "RUNNING", NamePrefix: "a" };
  expect((await world.call("ListReplays", two)).body.__type).toBe("ValidationException");
});

test.each([
  ["CreateArchive", { ArchiveName: "all", EventSourceArn: BUS }, "ResourceAlreadyExistsException"],
  ["CreateArchive", { ArchiveName: "a b", EventSourceArn: BUS }, "ValidationException"],
  ["CreateArchive", { ArchiveName: "x", EventSourceArn: `${BUS}s` }, "ResourceNotFoundException"],
  ["CreateArchive", { ArchiveName: "x" }, "ValidationException"],
  ["DeleteArchive", { ArchiveName: "x" }, "ResourceNotFoundException"],
  ["DescribeReplay", { ReplayName: "x" }, "ResourceNotFoundException"],
  ["CancelReplay", { ReplayName: "x" }, "ResourceNotFoundException"],
])("%s with %j is a %s", async (operation, input, type) => {
  const world = createWorld();
  await addArchive(world);
  expect((await world.call(operation, input)).body.__type).toBe(type);
});

test.each([
  [
    "a bus other than the archive's",
    { Destination: { Arn: BUS.replace("default", "other") } },
    "ValidationException",
  ],
  ["no destination", { Destination: undefined }, "ValidationException"],
  ["an archive that is not there", { EventSourceArn: `${ARCHIVE}s` }, "ValidationException"],
  ["a source that is no archive", { EventSourceArn: BUS }, "ValidationException"],
  ["no start", { EventStartTime: undefined }, "ValidationException"],
  ["an end before its start", { EventEndTime: 1 }, "ValidationException"],
  ["the name of another", { ReplayName: "first" }, "ResourceAlreadyExistsException"],
])("a replay with %s is refused", async (_, broken, type) => {
  const world = createWorld();
  await world.arrange("CreateEventBus", { Name: "other" });
  await addArchive(world);
  await world.arrange("StartReplay", replayInput(world, { ReplayName: "first" }));
  expect((await world.call("StartReplay", replayInput(world, broken))).body.__type).toBe(type);
});
