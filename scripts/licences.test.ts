// Which licences a dependency may have.
import { expect, test } from "vitest";
import { isPermissive, refusals } from "./licences.ts";

test.for([
  ["MIT", true],
  ["(MIT OR GPL-3.0-only)", true],
  ["MIT AND ISC", true],
  ["MIT AND GPL-2.0-only", false],
  ["AGPL-3.0-or-later", false],
  ["SEE LICENSE IN LICENSE.md", false],
  ["UNLICENSED", false],
  [undefined, false],
  [{ type: "MIT" }, false],
  ["(MIT OR (GPL-2.0-only AND ISC))", false],
] as const)("%o may be installed: %s", ([licence, may]) => {
  expect(isPermissive(licence)).toBe(may);
});

test("a refused package is named with its version and licence", () => {
  const installed = [
    { name: "good", version: "1.0.0", license: "MIT" },
    { name: "bad", version: "2.0.0", license: "SSPL-1.0" },
    { name: "silent", version: "3.0.0" },
    { name: "lightningcss-linux-x64-gnu", version: "1.0.0", license: "MPL-2.0" },
    { name: "not-lightningcss", version: "1.0.0", license: "MPL-2.0" },
  ];
  expect(refusals(installed)).toEqual([
    'bad@2.0.0: "SSPL-1.0"',
    "silent@3.0.0: no licence",
    'not-lightningcss@1.0.0: "MPL-2.0"',
  ]);
});
