// Every number of the rendered deployment is made wrong, and each time a promise notices.
import { expect, test } from "vitest";
import type { Graph } from "../src/graph.ts";
import { numbersIn, type Place } from "../src/numbers.ts";
import { alarmPromises } from "../src/promises/alarms/index.ts";
import { spendPromises } from "../src/promises/alarms/spend.ts";
import { apiPromises } from "../src/promises/api.ts";
import type { DeploymentPromise } from "../src/promises/index.ts";
import { numberPromises } from "../src/promises/numbers.ts";
import { types } from "../src/types.ts";
import { type RenderedStage, rendered } from "./rendered.ts";

const factors = [2, 10, 100, 0.1];
const watched: readonly string[] = [types.alarm, types.metricFilter, types.budget, types.costAnomalies];

const ofWatched = [...alarmPromises, ...spendPromises];
const ofApi = [...numberPromises, ...apiPromises];
const ofOthers = [...numberPromises];

/** Whose promise is to notice; the others are spared the time. */
function judgesOf(type: string): DeploymentPromise[] {
  if (watched.includes(type)) return ofWatched;
  return type === types.apiStage ? ofApi : ofOthers;
}

/** The wrong numbers that no promise notices, of one place. */
function unnoticed(graph: Graph, type: string, { path, value, write, written }: Place): string[] {
  const wrong = value === 0 ? [1, 10, 100] : factors.map((factor) => factor * value);
  const judges = judgesOf(type);
  const missed = wrong.filter((number) => {
    write(number);
    const noticed = judges.findIndex(({ broken }) => broken(graph).length > 0);
    // Whose promise noticed one number mostly notices the next.
    judges.unshift(...judges.splice(Math.max(noticed, 0), 1));
    return noticed === -1;
  });
  write(written);
  return missed.map((number) => `${path}: ${number} instead of ${value}`);
}

const stages: readonly RenderedStage[] = ["production", "ada"];

test.each(stages)("in %s no promise overlooks a wrong number", async (stage) => {
  const graph = await rendered(stage);
  const broken = [...alarmPromises, ...spendPromises, ...numberPromises]
    .filter((each) => stage === "production" || !alarmPromises.includes(each))
    .flatMap((each) => each.broken(graph));
  expect(broken, "a promise does not hold to begin with").toEqual([]);
  let tried = 0;
  const missed = graph.resources.flatMap((resource) =>
    numbersIn(resource).flatMap((place) => {
      tried++;
      return unnoticed(graph, resource.type, place).map((each) => `${resource.name} ${each}`);
    }),
  );
  console.log(`${stage}: ${tried} numbers, each wrong in three or four ways`);
  expect(missed).toEqual([]);
  expect(graph, "a number was not put back").toEqual(await rendered(stage));
});
