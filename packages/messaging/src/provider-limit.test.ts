// How much work is under way follows from the provider's limit: the manifest's, or the stage's own.
import { expect, test } from "vitest";
import { batchesOf } from "./provider-limit.ts";

const calls = { provider: "stripe", perSecond: 25, setting: "STRIPE_PER_SECOND" } as const;
const manifest = { batchSize: 7, maximumConcurrency: 3, calls };

test("a stage whose account has a limit of its own has that limit's batches", () => {
  const given = (setting: string) => (setting === "STRIPE_PER_SECOND" ? "100" : undefined);
  expect(batchesOf(manifest, given)).toEqual({ batchSize: 10, maximumConcurrency: 10 });
});

test("a stage that says nothing has the manifest's batches", () => {
  expect(batchesOf(manifest, () => undefined)).toEqual({ batchSize: 7, maximumConcurrency: 3 });
});

test("what calls no provider has its own batches, whatever the stage says", () => {
  const { calls: _, ...quiet } = manifest;
  expect(batchesOf(quiet, () => "100")).toEqual({ batchSize: 7, maximumConcurrency: 3 });
});
