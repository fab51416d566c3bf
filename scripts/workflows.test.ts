// The lint of the workflows finds what it is for, and nothing in the workflows there are.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findingsIn } from "./workflows.ts";

const folder = new URL("../.github/workflows/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".yml"));

test.each(names)("%s is clean", async (name) => {
  expect(await findingsIn(readFileSync(new URL(name, folder), "utf8"), name)).toEqual([]);
});

const expression = (text: string) => `$\{{ ${text} }}`;

const sound = `name: x
on: push
permissions: { contents: read }
jobs:
  a:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
      - run: echo hello
`;

test("a sound workflow is clean", async () => {
  expect(await findingsIn(sound, "x.yml")).toEqual([]);
});

test.each([
  [
    "an action by its tag",
    "checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0",
    "checkout@v5",
    "x.yml:9",
  ],
  ["a stored key", "run: echo hello", "run: AWS_SECRET_ACCESS_KEY=x aws s3 ls", "OpenID Connect"],
  ["a fork with secrets", "on: push", "on: pull_request_target", "fork"],
  ["no permissions", "permissions: { contents: read }\n", "", "no permissions"],
  ["no time-out", "    timeout-minutes: 5\n", "", "the job a has no timeout-minutes"],
  ["an unknown context", "echo hello", `echo ${expression("github.evnt")}`, 'property "evnt"'],
  ["a title in a script", "echo hello", `echo ${expression("github.event.pull_request.title")}`, "untrusted"],
  ["a job that is not there", "    runs-on", "    needs: b\n    runs-on", 'needs job "b"'],
  ["an unknown key", "    timeout-minutes", "    timeout-minuets", "unexpected key"],
])("%s is found", async (_, from, to, expected) => {
  expect(sound).toContain(from);
  const findings = await findingsIn(sound.replace(from, to), "x.yml");
  expect(findings.join("\n")).toContain(expected);
});
