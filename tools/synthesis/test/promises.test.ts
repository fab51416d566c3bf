// Every promise about the deployment holds over the rendered graph of both kinds of stage.
import { expect, test } from "vitest";
import { all } from "../src/graph.ts";
import { bundlePromises } from "../src/promises/bundles.ts";
import { promises, watchedPromises } from "../src/promises/index.ts";
import { types } from "../src/types.ts";
import { rendered } from "./rendered.ts";

const production = await rendered("production");
const personal = await rendered("ada");

test.each(promises)("in production, $says", ({ broken }) => {
  expect(broken(production)).toEqual([]);
});

// A stage without ALARM_EMAIL has no alarms, and this one was rendered without code.
const elsewhere = [...watchedPromises, ...bundlePromises];
const everywhere = promises.filter((each) => !elsewhere.includes(each));

test.each(everywhere)("in a developer's stage, $says", ({ broken }) => {
  expect(broken(personal)).toEqual([]);
});

test("a developer's stage can be removed, and has no alarms to pay for", () => {
  expect(personal.outputs._protect).toBe(false);
  expect(personal.resources.filter(({ options }) => options.retainOnDelete)).toEqual([]);
  expect(personal.resources.filter(({ type }) => type.includes("metricAlarm"))).toEqual([]);
});

test("every function is told which share of the orders is logged, where it is not all of them", () => {
  const told = (graph: typeof production) =>
    new Set(all(graph, types.function).map(({ inputs }) => inputs.environment.variables.LOG_SAMPLE));
  expect([...told(personal)]).toEqual(["0.1"]);
  expect([...told(production)]).toEqual([undefined]);
});
