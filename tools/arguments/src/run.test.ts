// Each case is a process of its own, because the exit code and the streams are what is tested.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const entry = new URL("./index.ts", import.meta.url).href;

function process(action: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const source = `
    import { command, run, UsageError } from ${JSON.stringify(entry)};
    const declaration = { name: "pnpm it", says: "It.", options: { seeds: { kind: "whole", says: "how many" } } };
    await run(command(declaration, async ({ seeds }) => { ${action} }), (error) => error.name === "Expected");`;
  return new Promise((resolve) => {
    const all = ["--input-type=module-typescript", "--eval", source, "--", "the script", ...args];
    execFile(
      globalThis.process.execPath,
      all,
      { cwd: fileURLToPath(new URL(".", import.meta.url)) },
      (error, out, err) => resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });
}

test("the action's answer is the exit code", async () => {
  expect(await process("return seeds", "--seeds", "3")).toEqual({ code: 3, out: "", err: "" });
  expect(await process("")).toEqual({ code: 0, out: "", err: "" });
});

test("--help is printed to stdout with exit code 0", async () => {
  const { code, err, out } = await process("return 1", "--help");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^Usage: pnpm it/);
});

test.each([["--sed"], ["--seeds", "abc"], ["word"]])(
  "%s is one line on stderr and exit code 2",
  async (...args) => {
    const { code, err, out } = await process("return 0", ...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^[^\n]+ \(pnpm it --help\)\n$/);
  },
);

test("what the operating system refuses is a line without a stack", async () => {
  const action = `(await import("node:fs")).readFileSync("no-such-file")`;
  const { code, err } = await process(action);
  expect({ code, err }).toEqual({ code: 1, err: "ENOENT: no such file or directory, open 'no-such-file'\n" });
});

test("an expected error is a line without a stack, any other keeps its stack", async () => {
  const expected = `throw Object.assign(new Error("The port is in use."), { name: "Expected" })`;
  expect(await process(expected)).toEqual({ code: 1, out: "", err: "The port is in use.\n" });
  const { code, err } = await process(`throw new Error("bug")`);
  expect(code).toBe(1);
  expect(err).toContain("    at ");
});

test("warnings of the engine about its own experiments are not printed, others are", async () => {
  const action = `
    process.emitWarning("new in Node", "ExperimentalWarning");
    process.emitWarning("old in Node", "DeprecationWarning");
    await new Promise((resolve) => setImmediate(resolve));`;
  const { err } = await process(action);
  expect(err).not.toContain("new in Node");
  expect(err).toContain("old in Node");
});
