// Whatever Stripe answers to several who ask at once, what is asked for is done once.
import { expect, test } from "vitest";
import { keyScopes } from "./scopes.ts";
import { type KeyScope, searchKeys } from "./search.ts";

const scopeNamed = (name: string): KeyScope =>
  keyScopes.find((scope) => scope.name === name) ?? expect.unreachable(`there is no scope ${name}`);

test.each(keyScopes)("$name: nothing is done twice", async (scope) => {
  const { ends, finding } = await searchKeys(scope);
  expect(finding).toBeUndefined();
  expect(ends).toBeGreaterThan(0);
});

const mistakes = [
  { name: "the next key after any 500", scope: "one-hold", takenForKept: ["500"], steps: 7 },
  { name: "a refund's next key after any 500", scope: "one-refund", takenForKept: ["500"], steps: 7 },
  { name: "the next key while one is in use", scope: "one-hold", takenForKept: ["409"], steps: 6 },
  {
    name: "the next key where another version has used it",
    scope: "one-hold-in-a-rollout",
    takenForKept: ["other parameters"],
    steps: 6,
  },
] as const;

test.each(mistakes)("$name: found by the shortest way", async ({ scope, steps, takenForKept }) => {
  const { finding } = await searchKeys({ ...scopeNamed(scope), takenForKept });
  expect(finding?.violation).toMatch(/^A4, A6/);
  expect(finding?.path).toHaveLength(steps);
});
