// Lines of code are counted without blanks and comments.
import { expect, test } from "vitest";
import { codeLines, linesOfPackages, linesOfPeer } from "./sources.ts";

test("blank lines and comments do not count", () => {
  expect(codeLines('// one\n\n/** two\n * three */\nconst a = 1;\nconst b = "x"; // four\n')).toBe(2);
});

test("of several files the lines add up, and tests are left out", () => {
  const [one, other] = [linesOfPeer(["order.ts"]), linesOfPeer(["function-service.ts"])];
  expect(one).toBeGreaterThan(5);
  expect(linesOfPeer(["order.ts", "function-service.ts"])).toBe(one + other);
  expect(linesOfPackages(["payment"])).toBeGreaterThan(200);
});
