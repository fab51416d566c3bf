// A stage with endpoints keeps every promise; a process of its own judges it, with its list of services.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { all, type Graph } from "../src/graph.ts";
import { root } from "../src/platform.ts";
import { exampleSettings } from "../src/settings.ts";
import { NotRendered, synthesize } from "../src/synthesize.ts";
import { types } from "../src/types.ts";
import { rendered } from "./rendered.ts";

const endpoints = "shop=https://shop.example.com/hooks,erp=https://erp.example.com/in";
const named = (graph: Graph) => graph.resources.filter(({ inputs }) => /webhook/i.test(String(inputs.name)));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(root, ".sst", "webhooks-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("with endpoints every promise holds, and the service is whole", { timeout: 300_000 }, async () => {
  const file = join(folder, "graph.json");
  const settings = { ...exampleSettings, WEBHOOK_ENDPOINTS: endpoints };
  const script = join(import.meta.dirname, "judge-stage.ts");
  const env = { ...process.env, WEBHOOK_ENDPOINTS: endpoints };
  const judged = promisify(execFile)(process.execPath, [script, file, JSON.stringify(settings)], { env });
  const { stdout } = await judged.catch(({ stdout }) => ({ stdout: String(stdout) }));
  expect(stdout.split("\n").filter((line) => /^✗|^ {4}/.test(line))).toEqual([]);
  expect(stdout).toMatch(/all \d+ promises hold/);
  const graph: Graph = JSON.parse(await readFile(file, "utf8"));
  const functions = all(graph, types.function).filter(({ inputs }) => /-webhooks-/.test(inputs.name));
  expect(functions.map(({ inputs }) => inputs.name.replace(/.*-webhooks-/, "")).sort()).toEqual([
    "deliver-webhook",
    "sweep-webhooks",
    "tell-storefront",
  ]);
  const carrying = functions.filter(({ inputs }) => "WEBHOOK_SECRETS" in inputs.environment.variables);
  expect(carrying.map(({ inputs }) => String(inputs.name))).toEqual([
    expect.stringContaining("deliver-webhook"),
  ]);
});

test("without endpoints there is nothing of it", async () => {
  for (const stage of ["production", "ada"] as const) {
    const ours = named(await rendered(stage)).filter(({ inputs }) => /-webhooks-/.test(String(inputs.name)));
    expect(ours).toEqual([]);
  }
});

test.each([
  ["shop=http://shop.example.com", "must have an https URL"],
  ["shop=https://localhost/hooks", "must have a public address"],
])("a stage with the endpoint %s is not deployed", async (WEBHOOK_ENDPOINTS, complaint) => {
  const rendering = synthesize("ada", { ...exampleSettings, WEBHOOK_ENDPOINTS }, { detail: "outline" });
  await expect(rendering).rejects.toThrow(NotRendered);
  await expect(rendering).rejects.toThrow(complaint);
});

test("a stage cannot allow webhooks into its own network", async () => {
  const settings = { ...exampleSettings, WEBHOOK_ENDPOINTS: endpoints, WEBHOOK_ADDRESSES: "loopback" };
  await expect(synthesize("ada", settings, { detail: "outline" })).rejects.toThrow(
    "must be public in a stage",
  );
});
