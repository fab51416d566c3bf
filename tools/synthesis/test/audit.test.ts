// The independent reader finds nothing in the rendered stages, and each planted fault in them.
import { expect, test } from "vitest";
import { audit, auditAll, longestStage } from "../src/audit/audit.ts";
import type { Graph } from "../src/graph.ts";
import { types } from "../src/types.ts";
import { faults } from "./faults.ts";
import { one } from "./mutations/edits.ts";
import { rendered } from "./rendered.ts";

const production = await rendered("production");
const ada = await rendered("ada");
const longest = await rendered("longest");

test("production, and beside it a developer's stage, have no finding", () => {
  expect(auditAll([production, ada])).toEqual([]);
});

test("a stage whose name is as long as it may be, with alarms, has none beside production", () => {
  expect(longest.stage).toBe(longestStage);
  expect(auditAll([production, longest])).toEqual([]);
});

const before = new Set(audit(production));

test.each(faults)("found: $fault", ({ edit, says }) => {
  const graph = structuredClone(production);
  edit(graph);
  const found = audit(graph).filter((each) => !before.has(each));
  expect(found.filter((each) => each.includes(says))).not.toEqual([]);
});

const twice: [what: string, type: string, field: string][] = [
  ["a function's name", types.function, "name"],
  ["a queue's name", types.queue, "name"],
  ["a dashboard", types.dashboard, "dashboardName"],
  ["an alarm", types.alarm, "name"],
  ["a topic", types.topic, "name"],
  ["a configuration set", types.configurationSet, "configurationSetName"],
  ["an archive", types.archive, "name"],
  ["a log group", types.logGroup, "name"],
];

test.each(twice)("found: two stages share %s", (_, type, field) => {
  const other: Graph = structuredClone(longest);
  one(other, type).inputs[field] = one(production, type).inputs[field];
  expect(auditAll([production, other])).toContainEqual(
    expect.stringContaining("is made by production and by"),
  );
});
