// Every function's first invocation is recorded, and every variant of its bundle answers it alone.
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { root } from "@order-saga/synthesis/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { measureFunction } from "./measure.ts";
import { type Recording, startReplay } from "./recording.ts";
import { awsEnvironment, environmentsAt, rehearse } from "./rehearsal.ts";
import {
  buildVariants,
  functionNames,
  scriptIn,
  type Variant,
  type VariantName,
  variantNames,
} from "./variants.ts";

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
    for (const { call, status } of exchanges) expect(status, `${name}: ${call}`).toBeOneOf([200, 206]);
});

async function expectAllStart(starting: readonly Recording[], names: readonly VariantName[]): Promise<void> {
  for (const recording of starting) {
    const of = (variants.get(recording.name) ?? []).filter(({ name }) => names.includes(name));
    expect(of.map(({ name }) => name)).toEqual(names);
    const { variants: measured } = await start(recording, of);
    for (const each of Object.values(measured)) expect(each.cpuMilliseconds).toBeGreaterThan(0);
  }
  expect(surprises).toEqual([]);
}
const every = Object.keys(variantNames) as VariantName[];

test("every function starts as deployed, one as every variant, and asks for nothing that was not recorded", async () => {
  await expectAllStart(recordings, ["deployed"]);
  await expectAllStart(recordings.slice(0, 1), every);
});

test.skipIf(!process.env.NIGHTLY)(
  "every function starts as every variant (NIGHTLY=1: three more processes for each)",
  () => expectAllStart(recordings, every),
);

test("what is deployed is smaller than SST's defaults would make it", () => {
  for (const { name } of recordings) {
    const bytes = new Map(variants.get(name)?.map((each) => [each.name, each.gzipBytes]));
    expect(bytes.get("deployed"), name).toBeLessThan(bytes.get("defaults") ?? 0);
    expect(bytes.get("defaults"), name).toBeLessThanOrEqual(bytes.get("customary") ?? 0);
  }
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
