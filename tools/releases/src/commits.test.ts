import { UsageError } from "@order-saga/arguments";
import { expect, test } from "vitest";
import { commitOf, commonCommit, fileOf } from "./commits.ts";

test("a reference names its commit, and a file in it", () => {
  const commit = commitOf("HEAD");
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expect(commonCommit(commit)).toBe(commit);
  expect(JSON.parse(fileOf(commit, "package.json") ?? "{}").name).toBe("order-saga");
  expect(fileOf(commit, "no/such/file")).toBeUndefined();
});

test.each(["no-such-branch", "--upload-pack=x", "HEAD~999999", ""])(
  "%j is no commit, which is said in a sentence and not as a stack",
  (reference) => {
    for (const read of [commitOf, commonCommit]) expect(() => read(reference)).toThrow(UsageError);
  },
);
