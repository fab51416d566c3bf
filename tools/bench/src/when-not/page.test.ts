// The page and its form are what the recorded results say, and say so where another is ahead.
import { readFile } from "node:fs/promises";
import { createContext, runInContext } from "node:vm";
import { expect, test } from "vitest";
import { measureEnding } from "../cost/measure.ts";
import { figuresOf, readFigures } from "./figures.ts";
import { formFile, formOf } from "./form.ts";
import { pageFile, pageOf } from "./page.ts";
import { questionsOf } from "./questions.ts";
import { readCounted, rounded } from "./recorded.ts";
import { linesOfPackages, servicePackages } from "./sources.ts";

const remedy = "pnpm when-not --write";
const figures = await readFigures();

test("docs/when-not.md and its form are made of the recorded results", async () => {
  expect(await readFile(pageFile, "utf8"), remedy).toBe(pageOf(figures));
  expect(await readFile(formFile, "utf8"), remedy).toBe(await formOf(figures));
});

test("the recorded operations are those of a confirmed order", async () => {
  const { confirmed } = await readCounted();
  expect(confirmed, remedy).toEqual(rounded(await measureEnding("confirmed")));
});

test("the recorded lines of code are those of the services, but for a tenth", async () => {
  const { lines } = await readCounted();
  const now = linesOfPackages(servicePackages);
  expect(Math.abs(lines / now - 1), `${lines} recorded, ${now} counted: ${remedy}`).toBeLessThan(0.1);
});

test("each way has a measurement or none by intention, and each figure of the page is a number", () => {
  const { contenders } = figures.recorded;
  const unmeasured = figures.ways.filter(({ contender }) => contender && !contenders[contender]);
  expect(unmeasured.map(({ name }) => name)).toEqual([]);
  expect(pageOf(figures)).not.toMatch(/NaN|undefined|Infinity|– ms/);
});

test("a peer that is ahead is named", () => {
  const { confirmed, idle, lines, parts, recorded } = figures;
  const ordersPerSecond = (name: string) => ({ "Restate with calls": 3, persisted: 2 })[name] ?? 1;
  const names = Object.keys(recorded.contenders);
  const contenders = Object.fromEntries(
    names.map((name) => [name, { ordersPerSecond: ordersPerSecond(name), alone: 1 }]),
  );
  const page = pageOf(figuresOf({ ...recorded, contenders }, { confirmed, lines }, idle, parts));
  expect(page).toContain("This saga is behind Restate.");
});

test("the form has ten questions, and decides as the tested function does", async () => {
  const html = await formOf(figures);
  const questions = questionsOf(figures);
  expect(questions).toHaveLength(10);
  for (const { asks } of questions) expect(html).toContain(asks);
  const [, script = ""] = /<script>([\s\S]*?)const form = /.exec(html) ?? [];
  const page = createContext({});
  runInContext(script, page);
  const verdict = (answers: string) => runInContext(`JSON.stringify(decide(questions, ${answers}))`, page);
  expect(JSON.parse(verdict("[true]"))).toMatchObject({ way: "one function with an outbox", decided: [1] });
});
