// Every function's first invocation is recorded, and every variant of its bundle answers it alone.
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { root } from "@order-saga/synthesis/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { measureFunction } from "./measure.ts";
import { type Recording, startReplay } from "./recording.ts";
import { awsEnvironment, environmentsAt, rehearse } from "./rehearsal.ts";
import { buildVariants, functionNames, scriptIn, type Variant } from "./variants.ts";

let folder = "";
let recordings: readonly Recording[] = [];
let variants: ReadonlyMap<string, Variant[]> = new Map();
const surprises: string[] = [];
let replay: Awaited<ReturnType<typeof startReplay>>;

beforeAll(async () => {
  folder = await mkdtemp(join(root, "node_modules", ".cold-test-"));
  // One after the other: the rehearsal gives this process the environment that its clients read.
  recordings = await rehearse();
  variants = await buildVariants(root, folder);
  replay = await startReplay((call) => surprises.push(call));
});

afterAll(async () => {
  replay.close();
  await rm(folder, { recursive: true });
});

/** One process of each of these variants. */
function start(recording: Recording, of: readonly Variant[], own: Record<string, string> = {}) {
  const environment = {
    ...awsEnvironment(replay.url),
    ...environmentsAt(replay.url).get(recording.name),
    ...own,
  };
  return measureFunction(recording, of, environment, {
    rounds: 1,
    script: scriptIn(folder),
    beforeEach: () => replay.play(recording),
  });
}

test("every function is rehearsed, and its answers are none of a refusal", () => {
  expect(recordings.map(({ name }) => name).sort()).toEqual([...functionNames].sort());
  for (const { exchanges, name } of recordings)
    for (const { call, status } of exchanges) expect(status, `${name}: ${call}`).toBe(200);
});

test("every variant of every function starts, and asks for nothing that was not recorded", async () => {
  for (const recording of recordings) {
    const of = variants.get(recording.name) ?? [];
    expect(of.map(({ name }) => name)).toEqual(["deployed", "defaults", "customary", "empty"]);
    const { variants: measured } = await start(recording, of);
    for (const each of Object.values(measured)) expect(each.cpuMilliseconds).toBeGreaterThan(0);
    expect(measured.deployed?.gzipBytes).toBeLessThan(measured.defaults?.gzipBytes ?? 0);
    expect(measured.defaults?.gzipBytes).toBeLessThanOrEqual(measured.customary?.gzipBytes ?? 0);
  }
  expect(surprises).toEqual([]);
});

test("a function that fails is not measured", async () => {
  const recording = recordings.find(({ name }) => name === "orders-track-order");
  if (!recording) return expect.unreachable();
  const [deployed] = variants.get(recording.name) ?? [];
  if (!deployed) return expect.unreachable();
  const unanswered = { ...recording, exchanges: [] };
  await expect(start(unanswered, [deployed])).rejects.toThrow("the record failed");
  expect(surprises.splice(0)).not.toEqual([]);
  await expect(start(recording, [deployed], { TABLE_NAME: "" })).rejects.toThrow("TABLE_NAME is not set");
});
