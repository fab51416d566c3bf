// docs/core-alone.md says what goes with each tool, and when that is deleted nothing is left that needs it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { testsOverTools } from "./core-alone.ts";
import { dangling, jobsOf, mentions, rootScripts, scriptsOf, standOn, testsOver, tools } from "./tools-of.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const document = read("docs/core-alone.md");

type Row = { scripts: string[]; alsoTools: string[]; jobs: string[] };

/** What the document says of each tool. */
const rows: ReadonlyMap<string, Row> = new Map(
  [...document.matchAll(/^\| `([\w-]+)` \|(.*)\|(.*)\|(.*)\|$/gm)].map(
    ([, tool = "", scripts = "", alsoTools = "", jobs = ""]) => {
      const names = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name).sort();
      const row = {
        scripts: names(scripts),
        alsoTools: names(alsoTools),
        jobs: names(jobs),
      };
      return [tool, row];
    },
  ),
);

test("the document has a row for every tool", () => {
  expect([...rows.keys()].sort()).toEqual(tools);
});

test("the script that the document names lists the tests that run a port's suite over a tool", () => {
  expect(document).toContain("scripts/tools-of.ts emulator");
  const ofPackages = (gone: readonly string[]) =>
    testsOver(gone).filter((path) => path.startsWith("packages/"));
  expect(ofPackages(["emulator", ...standOn("emulator")])).toEqual(ofPackages(tools));
  expect(testsOverTools()).toEqual(ofPackages(tools));
});

describe.each(tools)("without %s", (tool) => {
  const gone = [tool, ...standOn(tool)];

  test("the document says what goes with it", () => {
    expect(rows.get(tool)).toEqual({
      scripts: scriptsOf(tool).sort(),
      alsoTools: standOn(tool),
      jobs: jobsOf(gone),
    });
  });

  test("no source that stays imports what is gone", () => {
    expect(dangling(gone)).toEqual([]);
  });

  test("no root script is left that runs what is gone", () => {
    const left = Object.keys(rootScripts).filter((name) => !gone.flatMap(scriptsOf).includes(name));
    expect(left.filter((name) => gone.some((each) => rootScripts[name]?.includes(`tools/${each}/`)))).toEqual(
      [],
    );
  });

  test("CI runs no script that is gone, unless its folder is there", () => {
    const lines = `${read(".ci/run")}\n${read(".github/workflows/ci.yml")}`.split("\n");
    const dangling = lines.filter((line) => !/^\[ ! -d tools\//.test(line) && mentions(line, gone));
    expect(dangling).toEqual([]);
  });

  test("check leaves out the steps of what is gone", () => {
    const steps = read("scripts/check.ts").split(/^ {2}\{/m);
    const dangling = steps.filter((step) =>
      gone.some(
        (each) =>
          /run: [^\]]*\]/.exec(step)?.[0].includes(`tools/${each}/`) &&
          !step.includes(`needs: "tools/${each}`),
      ),
    );
    expect(dangling).toEqual([]);
  });
});
