// `pnpm check`: types, lint, package boundaries and generated documents; every failure is printed, then one verdict.
import { execFile } from "node:child_process";
import { ensurePlatform } from "../tools/synthesis/src/platform.ts";

type Step = {
  name: string;
  command: string;
  args: string[];
  verdict?: (output: string) => string | undefined;
  /** What must be there before; if it cannot be, the step fails with the reason. */
  first?: () => Promise<void>;
};

const steps: Step[] = [
  { name: "types", command: "tsc", args: ["-p", "tsconfig.json"] },
  // sst.config.ts and stacks/ against the types of SST's own components.
  { name: "stacks", command: "tsc", args: ["-p", "stacks/tsconfig.json"], first: () => ensurePlatform() },
  // No clock, timer or die outside of composition roots, too: biome.jsonc says where.
  { name: "lint", command: "biome", args: ["check", "--error-on-warnings"] },
  {
    name: "boundaries",
    command: "depcruise",
    args: ["packages", "tools", "stacks", "--config", ".dependency-cruiser.mjs", "--output-type", "err-long"],
    // A cruiser that resolved nothing passes everything.
    verdict: (output) => {
      const [, modules = "0", dependencies = "0"] =
        /\((\d+) modules, (\d+) dependencies cruised\)/.exec(output) ?? [];
      const enough = Number(modules) > 80 && Number(dependencies) > Number(modules);
      return enough ? undefined : `only ${modules} modules and ${dependencies} dependencies were read`;
    },
  },
  // The contracts' documents and the client's types.
  { name: "generated", command: "node", args: ["tools/documents/src/generate.ts", "--check"] },
  // The console's page, which knows a browser and no Node.
  { name: "page", command: "tsc", args: ["-p", "tools/console/page/tsconfig.json"] },
  // What a function's cold start reads: its gzipped bytes against its budget, and nothing that it never uses.
  { name: "bundles", command: "node", args: ["tools/synthesis/src/bundles.ts"] },
];

async function run(step: Step): Promise<{ step: Step; failure: string | undefined; seconds: number }> {
  const begun = performance.now();
  try {
    await step.first?.();
  } catch (error) {
    return { step, failure: String(error), seconds: (performance.now() - begun) / 1000 };
  }
  return new Promise((resolve) => {
    execFile(step.command, step.args, { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      const failure = error ? output || error.message : step.verdict?.(output);
      resolve({ step, failure, seconds: (performance.now() - begun) / 1000 });
    });
  });
}

let failed = 0;
for (const { step, failure, seconds } of await Promise.all(steps.map(run))) {
  console.log(`${failure ? "✗" : "✓"} ${step.name.padEnd(12)} ${seconds.toFixed(1)} s`);
  if (failure) console.error(failure);
  failed += failure ? 1 : 0;
}
console.log(failed ? `${failed} of ${steps.length} checks failed` : `all ${steps.length} checks passed`);
process.exitCode = failed ? 1 : 0;
