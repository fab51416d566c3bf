// Lambda's contract in a worker thread: results, errors, time-outs whose promises go on, crashes, fresh code.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { createClockOffset } from "../clock.ts";
import { startSandbox } from "./sandbox.ts";

const code = {
  echo: "export const handler = async (event) => ({ event });",
  fails: 'export const handler = async () => { throw new RangeError("too far"); };',
  environment:
    "const seen = process.env.WHO; export const handler = async () => [seen, process.env.WHO ?? null];",
  slow: `export const handler = async () => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    globalThis.late = true;
    return "late";
  };`,
  thread:
    "export const handler = async () => [process.pid, globalThis.late ?? false, globalThis.id ??= Math.random()];",
  hungry:
    "export const handler = async () => { for (const all = []; ; ) all.push(new Array(1e6).fill(all.length)); };",
  hangs: "export const handler = () => new Promise(() => {});",
  dies: "export const handler = async () => process.exit(3);",
  talks: `export const create = ({ write }) => async (end) => {
    write("one");
    process.stdout.write("tw");
    process.stdout.write("o\\nthree\\n");
    console.error("four");
    write("five");
    if (end === "exit") process.exit(3);
    if (end === "throw") queueMicrotask(() => { throw new Error("unforeseen"); });
    if (end === "loop") for (;;);
    return end;
  };`,
  unspeakable: "export const handler = async () => 1n;",
};

async function setUp(files: Record<string, string> = code) {
  const folder = join(mkdtempSync(join(tmpdir(), "sandbox-")), "functions");
  mkdirSync(folder);
  const write = (name: string, text: string) => writeFileSync(join(folder, `${name}.mjs`), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const crashes: string[] = [];
  const lines: string[] = [];
  const starting = startSandbox({
    service: "test",
    fileOf: (name) => pathToFileURL(join(folder, `${name}.mjs`)).href,
    functions: Object.keys(files).map((name) => ({
      service: "test",
      name,
      timeoutSeconds: name === "slow" ? 0.1 : name === "talks" ? 2 : 50,
      memoryMegabytes: 256,
      environment: { WHO: name },
    })),
    environment: {},
    clock: createClockOffset(),
    onLog: (line) => lines.push(line),
    onCrash: (_, reason) => crashes.push(reason),
  });
  onTestFinished(async () => {
    await starting.then((sandbox) => sandbox.stop()).catch(() => {});
    rmSync(join(folder, ".."), { recursive: true });
  });
  return { sandbox: await starting, crashes, folder, lines, write };
}

test("a function's result and its error come back, the error without its stack", async () => {
  const { sandbox } = await setUp();
  expect(await sandbox.invoke("echo", { a: [1] })).toEqual({ event: { a: [1] } });
  await expect(sandbox.invoke("fails", {})).rejects.toMatchObject({ name: "RangeError", message: "too far" });
  await expect(sandbox.invoke("nobody", {})).rejects.toThrow("nobody");
});

test("each function sees its own environment, while it is imported", async () => {
  const { sandbox } = await setUp({ environment: code.environment, other: code.environment });
  expect(await sandbox.invoke("environment", {})).toEqual(["environment", null]);
  expect(await sandbox.invoke("other", {})).toEqual(["other", null]);
});

test("a time-out ends the invocation, and the promise that goes on is left behind with its worker", async () => {
  const { sandbox } = await setUp();
  const [, , before] = (await sandbox.invoke("thread", {})) as unknown[];
  await expect(sandbox.invoke("slow", {})).rejects.toMatchObject({ name: "Sandbox.Timedout" });
  const [, late, after] = (await sandbox.invoke("thread", {})) as unknown[];
  expect(late).toBe(false);
  expect(after).not.toBe(before);
});

test("others that run beside a timed-out function still finish", async () => {
  const files = { ...code, patient: code.slow.replace("400", "250").replace("late =", "done =") };
  const { sandbox } = await setUp(files);
  const patient = sandbox.invoke("patient", {});
  await expect(sandbox.invoke("slow", {})).rejects.toMatchObject({ name: "Sandbox.Timedout" });
  expect(await patient).toBe("late");
});

test("a worker that dies fails what it had under way, and the next invocation runs in a fresh one", async () => {
  const { crashes, sandbox } = await setUp();
  const beside = sandbox.invoke("hangs", {});
  await expect(sandbox.invoke("dies", {})).rejects.toMatchObject({ name: "Runtime.ExitError" });
  await expect(beside).rejects.toMatchObject({ name: "Runtime.ExitError" });
  expect(crashes).toHaveLength(1);
  expect(await sandbox.invoke("echo", 1)).toEqual({ event: 1 });
});

test("a function that takes more memory than its worker has ends it, and no other service", async () => {
  const { crashes, sandbox } = await setUp();
  await expect(sandbox.invoke("hungry", {})).rejects.toMatchObject({ name: "Runtime.ExitError" });
  expect(crashes).toEqual([expect.stringContaining("memory")]);
  expect(await sandbox.invoke("echo", 1)).toEqual({ event: 1 });
});

test("a file that does not load is an error at the start", async () => {
  await expect(setUp({ broken: "export const handler = (" })).rejects.toThrow();
});

test("reload brings new code; code that does not load leaves the running one", async () => {
  const { sandbox, write } = await setUp({ version: "export const handler = async () => 1;" });
  write("version", "export const handler = async () => 2;");
  await sandbox.reload();
  expect(await sandbox.invoke("version", {})).toBe(2);
  write("version", "export const handler = async () => {");
  await expect(sandbox.reload()).rejects.toThrow();
  expect(await sandbox.invoke("version", {})).toBe(2);
});

test("no invocation is lost in the moment of a reload", async () => {
  const { sandbox, crashes } = await setUp({ echo: code.echo });
  for (let round = 0; round < 3; round++) {
    let reloaded = false;
    const reload = sandbox.reload().then(() => {
      reloaded = true;
    });
    const answers: Promise<unknown>[] = [];
    while (!reloaded) {
      answers.push(sandbox.invoke("echo", answers.length));
      await new Promise(setImmediate);
    }
    await reload;
    expect(await Promise.all(answers)).toEqual(answers.map((_, index) => ({ event: index })));
  }
  expect(crashes).toEqual([]);
});

test("an invocation that waits for a worker which a reload replaces runs in the new one", async () => {
  const { folder, sandbox, write } = await setUp({ echo: code.echo, dies: code.dies });
  write(
    "echo",
    'import { writeFileSync } from "node:fs"; writeFileSync(new URL("loading", import.meta.url), ""); setInterval(() => {}, 1000); await new Promise(() => {});',
  );
  await expect(sandbox.invoke("dies", {})).rejects.toMatchObject({ name: "Runtime.ExitError" });
  const waiting = sandbox.invoke("echo", 1);
  await vi.waitFor(() => expect(existsSync(join(folder, "loading"))).toBe(true), { timeout: 10_000 });
  write("echo", code.echo);
  await Promise.all([sandbox.reload(), waiting]);
  expect(await waiting).toEqual({ event: 1 });
});

test("code that does not load is no crash of the running worker", async () => {
  const { crashes, sandbox, write } = await setUp({ echo: code.echo });
  write("echo", "export const handler = async () => {");
  await expect(sandbox.reload()).rejects.toThrow();
  expect(crashes).toEqual([]);
});

test("what a function logs and prints comes in its order, and before its result", async () => {
  const { lines, sandbox } = await setUp({ talks: code.talks });
  expect(await sandbox.invoke("talks", "well")).toBe("well");
  expect(lines).toEqual(["one", "two", "three", "four", "five"]);
});

test("nothing that a function said is lost when its worker ends", async () => {
  for (const [end, name] of [
    ["exit", "Runtime.ExitError"],
    ["throw", "Runtime.ExitError"],
  ]) {
    const { crashes, lines, sandbox } = await setUp({ talks: code.talks });
    await expect(sandbox.invoke("talks", end)).rejects.toMatchObject({ name });
    await vi.waitFor(() => expect(lines).toEqual(["one", "two", "three", "four", "five"]));
    expect(crashes).toHaveLength(1);
  }
});

test("what a function printed before it looped for ever is heard", async () => {
  const { lines, sandbox } = await setUp({ talks: code.talks });
  await expect(sandbox.invoke("talks", "loop")).rejects.toMatchObject({ name: "Sandbox.Timedout" });
  expect(lines).toEqual(["one", "two", "three", "four"]);
});

test("a result that is no JSON is the function's error", async () => {
  const { sandbox } = await setUp({ unspeakable: code.unspeakable });
  await expect(sandbox.invoke("unspeakable", {})).rejects.toMatchObject({ name: "TypeError" });
});
