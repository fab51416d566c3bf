// The search can fail: each mistake is found, by the shortest way there is.
import { expect, test } from "vitest";
import { describePath } from "../describe-path.ts";
import { createModel } from "../model.ts";
import { search } from "../search.ts";
import { mistakes } from "./index.ts";
import type { Mistake } from "./mistake.ts";

test.each(mistakes)("$name: found", async ({ depth, scope, shop, violates }) => {
  const model = createModel(scope, shop);
  const { finding } = await search(model);
  expect(finding && describePath(finding, model.interner)).toMatch(new RegExp(`^${violates}`, "m"));
  expect(finding?.path).toHaveLength(depth);
});

/** The command line's scopes `mails` and `one-order` cover these. */
const isSearchedByTheCommandLine = ({ cancels, faults, minutes, services }: Mistake["scope"]) =>
  (services.includes("notification") && faults.failures) ||
  (cancels > 0 && faults.crashes && minutes.length > 1);

/** Each scope once. */
const scopes = new Map(
  mistakes
    .filter(({ scope }) => !isSearchedByTheCommandLine(scope))
    .map(({ name, scope }) => [JSON.stringify(scope), { name, scope }]),
);

test.each([...scopes.values()])(
  "$name: the shipped code passes where it is found",
  async ({ scope }) => {
    const { finding, isComplete } = await search(createModel(scope));
    expect(finding).toBeUndefined();
    expect(isComplete).toBe(true);
    // The largest scope, of crashes and timers, takes two minutes on two cores that are busy.
  },
  360_000,
);
