import { afterEach, expect, test, vi } from "vitest";
import { command, commands } from "./command.ts";
import { helpOf } from "./help.ts";
import { UsageError } from "./parse.ts";

const printed = vi.spyOn(console, "log").mockImplementation(() => {});
afterEach(() => printed.mockClear());

const one = command(
  {
    name: "pnpm one",
    says: "Does one thing.",
    options: { rounds: { kind: "whole", default: 3, says: "how often" } },
  },
  ({ rounds }) => {
    if (rounds === 13) throw new UsageError("--rounds 13 brings bad luck.");
    return rounds;
  },
);
const all = commands("pnpm all", "Does things.", {
  one: { says: "one thing", load: async () => one },
  two: { says: "another", load: () => Promise.reject(new Error("loaded")) },
});

test("a command gets its values and answers an exit code", async () => {
  expect(await one.execute(["--rounds", "4"], {})).toBe(4);
});

test.each([["--help"], ["-h"], ["--rounds", "x", "--help"]])("%s prints the help alone", async (...args) => {
  expect(await one.execute(args, {})).toBe(0);
  expect(printed.mock.calls).toEqual([
    [
      `Usage: pnpm one [options]

Does one thing.

  --rounds N  how often, default 3
  --help      this text`,
    ],
  ]);
});

test("a mistake names the command whose help says more", async () => {
  await expect(one.execute(["--rounds", "13"], {})).rejects.toThrow(
    new UsageError("--rounds 13 brings bad luck (pnpm one --help)"),
  );
  await expect(all.execute(["one", "--roads"], {})).rejects.toThrow("(pnpm one --help)");
  await expect(all.execute(["three"], {})).rejects.toThrow(
    new UsageError('there is no command "three": take one or two (pnpm all --help)'),
  );
  await expect(all.execute([], {})).rejects.toThrow("COMMAND is missing: take one or two (pnpm all --help)");
});

test("of several commands only the one that is asked for is loaded", async () => {
  expect(await all.execute(["--", "one"], {})).toBe(3);
  await expect(all.execute(["two"], {})).rejects.toThrow("loaded");
});

test("the help of several lists them; behind a command, it is that command's", async () => {
  await all.execute(["--help"], {});
  await all.execute(["one", "--help"], {});
  expect(printed.mock.calls[0]?.[0]).toContain("  one     one thing\n  two     another\n");
  expect(printed.mock.calls[1]?.[0]).toContain("Usage: pnpm one");
});

test("the help has values, choices, variables, defaults, words and notes, and no line is wider than 110", () => {
  const says = "messages a second, ".repeat(12).trim();
  const help = helpOf({
    name: "pnpm dlq",
    says: "Dead letters.",
    usage: ["list [TARGET]", "redrive TARGET"],
    words: [{ name: "TARGET", says: "a queue" }],
    options: {
      rate: { kind: "number", says },
      port: {
        kind: "whole",
        value: "PORT",
        variable: "PORT",
        default: 3000,
        says: "where the laptop listens",
      },
      region: { kind: "choice", value: "NAME", of: ["here", "there"], says: "where" },
    },
    notes: "A redrive may be repeated.",
  });
  expect(help).toContain("Usage: pnpm dlq list [TARGET]\n       pnpm dlq redrive TARGET\n");
  expect(help).toContain("  TARGET         a queue\n");
  expect(help).toContain("  --port PORT    where the laptop listens (PORT), default 3000\n");
  expect(help).toContain("  --region NAME  where: here or there\n");
  expect(help.endsWith("\n\nA redrive may be repeated.")).toBe(true);
  expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
});
