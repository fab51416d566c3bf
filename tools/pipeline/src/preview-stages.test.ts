// Left-over preview stages are named, and never a stage that no pull request made.
import { expect, test } from "vitest";
import { staleStages } from "./preview-stages.ts";

test("a preview stage goes with its pull request", () => {
  expect(staleStages(["pr-7", "pr-71", "pr-8"], [7])).toEqual(["pr-71", "pr-8"]);
});

test("other stages stay, whatever they are called", () => {
  const others = ["production", "staging", "ada", "pr", "pr-", "pr-x", "pr-7-ada", "my-pr-7"];
  expect(staleStages(others, [])).toEqual([]);
});
