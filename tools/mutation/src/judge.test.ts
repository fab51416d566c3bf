// A run of Stryker is judged by what the suite noticed; what is named as equivalent must still be there.
import { expect, test } from "vitest";
import equivalents from "./equivalents.json" with { type: "json" };
import { type Equivalent, judge, type Mutant, onOneLine } from "./judge.ts";
import { mutatedFiles, subjects } from "./subjects.ts";

const mutant = (status: Mutant["status"], now: string): Mutant => ({
  file: "src/rules.ts",
  line: 7,
  status,
  at: "if (a < b) return;",
  was: "a < b",
  now,
});
const equivalent: Equivalent = {
  ...mutant("Survived", "a <= b"),
  why: "a is never b",
};

test("the score is of what was noticed, without what is ignored, does not run, or is named as equivalent", () => {
  const mutants = [
    mutant("Killed", "true"),
    mutant("Timeout", "a > b"),
    mutant("NoCoverage", "a !== b"),
    mutant("Survived", "a <= b"),
    mutant("Ignored", "false"),
    mutant("RuntimeError", "a"),
  ];
  const judged = judge(mutants, [equivalent]);
  expect(judged).toMatchObject({ counted: 3, stale: [] });
  expect(judged.score).toBeCloseTo(2 / 3);
  expect(judged.survivors).toEqual([mutant("NoCoverage", "a !== b")]);
});

test.each([
  ["another file", { ...equivalent, file: "src/other.ts" }],
  ["another line", { ...equivalent, at: "if (a < b || c) return;" }],
  ["another source", { ...equivalent, was: "a < c" }],
  ["another change", { ...equivalent, now: "false" }],
])("what is named for %s excuses nothing, and is stale", (_, named) => {
  const judged = judge([mutant("Survived", "a <= b")], [named]);
  expect(judged).toMatchObject({ score: 0, stale: [named] });
  expect(judged.survivors).toHaveLength(1);
});

test("what is noticed by now is stale", () => {
  expect(judge([mutant("Killed", "a <= b")], [equivalent]).stale).toEqual([equivalent]);
});

test("source is named on one line", () => {
  expect(onOneLine("  if (a) {\n    b();\n  }\n")).toBe("if (a) { b(); }");
});

test("each package has rules to change, and no test, port or manifest among them", () => {
  for (const name of Object.keys(subjects)) {
    const files = mutatedFiles(name);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((each) => /test|suite|\/(service|ports)\.ts/.test(each))).toEqual([]);
  }
  expect(mutatedFiles("inventory")).toContain("src/reservation.ts");
  expect(mutatedFiles("orders")).toContain("src/bulk/bulk.ts");
});

test("what is named as equivalent is of a file that is changed, once, and says why", () => {
  const all = Object.entries(equivalents as Record<string, Equivalent[]>).flatMap(([name, list]) =>
    list.map((each) => ({ ...each, isFile: mutatedFiles(name).includes(each.file), name })),
  );
  for (const { at, isFile, now, was, why } of all) {
    expect(isFile).toBe(true);
    expect(why).toMatch(/^[A-Z].{10,}\.$/);
    expect([at, was, now].map(onOneLine)).toEqual([at, was, now]);
  }
  const keys = all.map(({ at, file, name, now, was }) => JSON.stringify([name, file, at, was, now]));
  expect(new Set(keys).size).toBe(keys.length);
});
