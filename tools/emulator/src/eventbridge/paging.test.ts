// Lists page by page: what comes or goes between two pages moves no other item, and no token is guessed.
import { expect, test } from "vitest";
import { BUS, createWorld, QUEUE, type World } from "./testing.ts";

const EventPattern = '{"source":["shop"]}';

/** Each list with what has to be there, how one of it is made and deleted, and what each is called. */
const lists: Record<
  string,
  {
    input: object;
    under: string;
    before?: (world: World) => Promise<unknown>;
    make: (world: World, name: string) => Promise<unknown>;
    remove: (world: World, name: string) => Promise<unknown>;
    nameOf: (item: never) => string;
  }
> = {
  ListRules: {
    input: {},
    under: "Rules",
    make: ({ arrange }, Name) => arrange("PutRule", { Name, EventPattern }),
    remove: ({ arrange }, Name) => arrange("DeleteRule", { Name }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  ListEventBuses: {
    input: { NamePrefix: "n" },
    under: "EventBuses",
    make: ({ arrange }, Name) => arrange("CreateEventBus", { Name }),
    remove: ({ arrange }, Name) => arrange("DeleteEventBus", { Name }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  ListArchives: {
    input: {},
    under: "Archives",
    make: ({ arrange }, ArchiveName) => arrange("CreateArchive", { ArchiveName, EventSourceArn: BUS }),
    remove: ({ arrange }, ArchiveName) => arrange("DeleteArchive", { ArchiveName }),
    nameOf: ({ ArchiveName }: { ArchiveName: string }) => ArchiveName,
  },
  ListTargetsByRule: {
    input: { Rule: "rule" },
    under: "Targets",
    before: ({ arrange }) => arrange("PutRule", { Name: "rule", EventPattern }),
    make: ({ arrange }, Id) => arrange("PutTargets", { Rule: "rule", Targets: [{ Id, Arn: QUEUE }] }),
    remove: ({ arrange }, Id) => arrange("RemoveTargets", { Rule: "rule", Ids: [Id] }),
    nameOf: ({ Id }: { Id: string }) => Id,
  },
  ListRuleNamesByTarget: {
    input: { TargetArn: QUEUE },
    under: "RuleNames",
    async make({ arrange }, Name) {
      await arrange("PutRule", { Name, EventPattern });
      await arrange("PutTargets", { Rule: Name, Targets: [{ Id: "1", Arn: QUEUE }] });
    },
    remove: ({ arrange }, Rule) => arrange("RemoveTargets", { Rule, Ids: ["1"] }),
    nameOf: (name: string) => name,
  },
};

test.each(Object.entries(lists))("%s skips and repeats nothing that stays", async (operation, list) => {
  const world = createWorld();
  await list.before?.(world);
  for (const name of ["n2", "n4", "n6", "n8"]) await list.make(world, name);
  const seen: string[] = [];
  let NextToken: unknown;
  const changes = [
    () => list.remove(world, "n2"),
    () => list.make(world, "n1"),
    () => list.make(world, "n7"),
    () => list.remove(world, "n4"),
  ];
  do {
    const page = await world.arrange(operation, { ...list.input, Limit: 1, NextToken });
    seen.push(...(page[list.under] as never[]).map(list.nameOf));
    NextToken = page.NextToken;
    await changes.shift()?.();
  } while (NextToken !== undefined && seen.length < 10);
  expect(seen).toEqual(["n2", "n4", "n6", "n7", "n8"]);
});

test("a token of another list, or of none, is refused", async () => {
  const world = createWorld();
  for (const Name of ["a", "b"]) await world.arrange("PutRule", { Name, EventPattern });
  const { NextToken } = await world.arrange("ListRules", { Limit: 1 });
  for (const [operation, token] of [
    ["ListEventBuses", NextToken],
    ["ListRules", "1"],
    ["ListRules", "no token"],
    ["ListRules", Buffer.from("null").toString("base64url")],
  ])
    expect((await world.call(String(operation), { NextToken: token })).body).toMatchObject({
      __type: "ValidationException",
    });
});
