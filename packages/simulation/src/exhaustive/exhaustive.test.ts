// Small searches over the shipped rules, some seconds together; cli.ts has the large ones.
import { expect, test } from "vitest";
import { createModel } from "./model.ts";
import { told } from "./path.ts";
import { type Scope, scopes } from "./scopes.ts";
import { search } from "./search.ts";

const scopeOf = (name: string, given: Partial<Scope> = {}): Scope => {
  const found = scopes.find((scope) => scope.name === name);
  if (!found) throw new Error(`There is no scope ${name}.`);
  return { ...found, ...given };
};

async function searched(scope: Scope) {
  const model = createModel(scope);
  const result = await search(model);
  expect(result.finding && told(result.finding, model.contents)).toBeUndefined();
  expect(result.isComplete).toBe(true);
  return result;
}

test("without a fault every order comes to an end, and needs no timer for it", async () => {
  const { ends } = await searched(scopeOf("calm"));
  expect([...ends.keys()].sort()).toEqual([
    "CAPTURED/COMMITTED",
    "CAPTURE_FAILED/RELEASED",
    "DECLINED/RELEASED",
    "REFUNDED/RELEASED",
    "VOIDED/RELEASED",
    "never placed",
  ]);
});
