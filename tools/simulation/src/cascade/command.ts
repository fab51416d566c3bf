// `pnpm simulate --cascade FILE`: draws what a plan's fault has caused, and says it in a sentence.
import { writeFileSync } from "node:fs";
import { UsageError } from "@order-saga/arguments";
import type { Versions } from "../deployments.ts";
import { loadFunctions } from "../load-functions.ts";
import type { Plan } from "../plan.ts";
import type { Pool } from "../pool.ts";
import { loadSecondVersion } from "../second-version.ts";
import { addCascades, noCascades } from "./judge.ts";
import { oneFaultPlanOf } from "./one-fault.ts";
import { type Caption, pictureOf } from "./picture.ts";
import { presets } from "./presets.ts";
import { cascadeOf } from "./radius.ts";
import { sentenceOf } from "./sentence.ts";
import { runTwins } from "./twin.ts";

const PLANS_PER_JOB = 10;

/** The plan of a preset, of a seed's single fault, or the plan that is given, with its caption. */
export function planToDraw(given: {
  preset?: string | undefined;
  seed?: number | undefined;
  plan?: Plan | undefined;
}) {
  const { plan, preset, seed } = given;
  if (preset !== undefined) {
    const found = presets.find(({ name }) => name === preset);
    if (found) return { plan: found.plan, caption: found };
    throw new UsageError(`--preset is one of ${presets.map(({ name }) => name).join(", ")}`);
  }
  const drawn = plan ?? (seed === undefined ? undefined : oneFaultPlanOf(seed));
  if (!drawn) throw new UsageError("--cascade draws a --preset, a --seed or a --plan");
  return { plan: drawn, caption: {} };
}

/** Writes the picture; 1 if the drawing and the books disagree. */
export async function drawCascade(file: string, plan: Plan, caption: Caption): Promise<number> {
  const versions: Versions = { first: await loadFunctions(), second: await loadSecondVersion() };
  const cascade = cascadeOf(await runTwins(plan, versions));
  writeFileSync(file, `${pictureOf(cascade, caption)}\n`);
  console.log(sentenceOf(cascade, caption.title));
  if (caption.lesson !== undefined) console.log(caption.lesson);
  const wrong = [...cascade.disagreements, ...cascade.closure.unexplained.map(({ entity }) => entity)];
  for (const entity of wrong) console.log(`✗ ${entity} is not drawn as it differs`);
  return wrong.length === 0 ? 0 : 1;
}

/** Judges plans of one fault until so many of them have met it. */
export async function judgeMany(pool: Pool, plans: number, from: number): Promise<number> {
  const total = noCascades();
  let next = from;
  const takeTurns = async () => {
    while (total.met < plans) {
      next += PLANS_PER_JOB;
      addCascades(
        total,
        await pool.do({ kind: "cascades", from: next - PLANS_PER_JOB, count: PLANS_PER_JOB }),
      );
    }
  };
  await Promise.all(Array.from({ length: pool.threads }, takeTurns));
  for (const each of total.differences) console.log(`✗ ${each}`);
  const { differences, differing, met, reached } = total;
  const edges = Object.entries(reached).map(([by, times]) => `${by} ${times}`);
  console.log(
    `${met} plans of one fault, ${differing} orders that differ, ${differences.length} differences (seeds from ${from})`,
  );
  console.log(`reached by: ${edges.join(", ")}`);
  return differences.length === 0 ? 0 : 1;
}
