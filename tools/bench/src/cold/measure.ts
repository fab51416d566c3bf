// Starts fresh processes, the variants of one function in turn, so that other load meets them all alike.
import { spawn } from "node:child_process";
import { median } from "../statistics.ts";
import type { ColdStart } from "./process.ts";
import type { Recording } from "./recording.ts";
import type { Variant, VariantName } from "./variants.ts";

export type Measured = Omit<ColdStart, "failure"> & { gzipBytes: number };

/** Of one function: medians of every variant, and the ratios of CPU to the deployed one's peers, by pair. */
export type FunctionResult = {
  name: string;
  variants: Partial<Record<VariantName, Measured>>;
  cpuRatio: Partial<Record<VariantName, number>>;
};

export async function measureFunction(
  recording: Recording,
  variants: readonly Variant[],
  environment: Readonly<Record<string, string>>,
  options: { rounds: number; script: string; beforeEach: () => void },
): Promise<FunctionResult> {
  const { name } = recording;
  const starts = new Map<VariantName, ColdStart[]>(variants.map((variant) => [variant.name, []]));
  for (let round = 0; round < options.rounds; round++) {
    const turn = round % variants.length;
    for (const variant of [...variants.slice(turn), ...variants.slice(0, turn)]) {
      options.beforeEach();
      const start = await startCold(options.script, variant, recording, environment);
      if (start.failure) throw new Error(`${name}, ${variant.name}: ${start.failure}`);
      starts.get(variant.name)?.push(start);
    }
  }
  const medians = variants.map((variant): [VariantName, Measured] => {
    const of = (key: keyof Omit<ColdStart, "failure">) =>
      median((starts.get(variant.name) ?? []).map((start) => start[key]));
    return [
      variant.name,
      {
        importMilliseconds: of("importMilliseconds"),
        recordMilliseconds: of("recordMilliseconds"),
        cpuMilliseconds: of("cpuMilliseconds"),
        processCpuMilliseconds: of("processCpuMilliseconds"),
        residentMegabytes: of("residentMegabytes"),
        gzipBytes: variant.gzipBytes,
      },
    ];
  });
  const results = Object.fromEntries(medians) as FunctionResult["variants"];
  const deployed = results.deployed?.cpuMilliseconds ?? Number.NaN;
  const ratios = medians.map(([each, { cpuMilliseconds }]) => [each, deployed / cpuMilliseconds]);
  return { name, variants: results, cpuRatio: Object.fromEntries(ratios) };
}

function startCold(
  script: string,
  { file }: Variant,
  { event, now }: Recording,
  environment: Readonly<Record<string, string>>,
): Promise<ColdStart> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, file, JSON.stringify(event ?? null), String(now)], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    let errors = "";
    let report = "";
    child.stderr?.on("data", (chunk) => {
      errors += chunk;
    });
    child.stdio[3]?.on("data", (chunk) => {
      report += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0 && report !== "") resolve(JSON.parse(report) as ColdStart);
      else reject(new Error(`${file} did not start (${code}): ${errors}`));
    });
  });
}
