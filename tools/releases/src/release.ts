// `pnpm release VERSION`: the working tree becomes the release by which later changes are judged.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { command, run, UsageError } from "@order-saga/arguments";
import { root } from "./commits.ts";
import { type Change, sentenceOf } from "./contracts/change.ts";
import { accepted, changesBetween, judge } from "./contracts/gate.ts";
import { contractsOfTree, lastRelease, publish, releasedContracts } from "./released.ts";

/** Where a version is written: the workspace's, the documents', the client's, and what /health answers. */
const versioned = [
  "package.json",
  "packages/contracts/package.json",
  "packages/client/package.json",
  "packages/orders/src/service.ts",
  "tools/documents/src/operations.ts",
  "tools/console/page/src/testing/snapshot.ts",
];

/** The changelog with its section "Unreleased" as that of the release, and what changed in the contracts. */
export function withRelease(changelog: string, version: string, changes: readonly Change[]): string {
  const lines = changes.map((change) => `- ${change.verdict}: ${sentenceOf(change)}`);
  const contracts = ["**Contracts:**", "", ...(lines.length > 0 ? lines : ["- nothing changed"])].join("\n");
  return changelog.replace("## Unreleased\n", () => `## Unreleased\n\n## ${version}\n\n${contracts}\n`);
}

function release(version: string): number {
  const last = lastRelease();
  const changes = changesBetween(releasedContracts(last), contractsOfTree());
  const { refused } = judge(changes, accepted(), last);
  for (const each of refused) console.error(each);
  if (refused.length > 0) return 1;
  edit("CHANGELOG.md", (text) => withRelease(text, version, changes));
  for (const path of versioned)
    edit(path, (text) => text.replace(/(version"?: "|VERSION: ")\d+\.\d+\.\d+"/gi, `$1${version}"`));
  writeFileSync(`${root}tools/releases/accepted.json`, "[]\n");
  execFileSync(process.execPath, [`${root}tools/documents/src/generate.ts`]);
  console.log(`${changes.length} changes of contracts since ${last} are in CHANGELOG.md`);
  return 0;
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(root + path, change(readFileSync(root + path, "utf8")));
}

if (import.meta.main)
  await run(
    command(
      {
        name: "pnpm release",
        says: "Makes the working tree the release by which later changes of contracts are judged.",
        usage: ["--version X.Y.Z"],
        options: { version: { kind: "text", value: "X.Y.Z", says: "the release's version" } },
      },
      async ({ version }) => {
        if (!/^\d+\.\d+\.\d+$/.test(version ?? "") || version === undefined)
          throw new UsageError("--version is three numbers, such as 1.1.0");
        const status = release(version);
        if (status === 0) await publish(version);
        return status;
      },
    ),
  );
