// `pnpm check`: types, lint, boundaries of packages, generated documents and bundles.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readArguments } from "./options.ts";

type Step = {
  name: string;
  /** What it checks, for the line with which it begins. */
  says: string;
  /** A script and its arguments; Node runs it, so that Windows needs no shell. */
  run: string[];
  /** What it is about, if a clone may be without it; then the step is left out. */
  needs?: string;
  verdict?: (output: string) => string | undefined;
  /** What must be there before; if it cannot be, the step fails with the reason. */
  first?: () => Promise<void>;
};

const root = fileURLToPath(new URL("../", import.meta.url));
const tsc = "node_modules/typescript-native/bin/tsc";
const floors = ["packages", "tools", "stacks"].filter((floor) => existsSync(join(root, floor)));

const steps: Step[] = [
  { name: "types", says: "packages, tools and scripts", run: [tsc, "-p", "tsconfig.json"] },
  {
    name: "stacks",
    says: "the deployment against the types of SST's own components",
    run: [tsc, "-p", "stacks/tsconfig.json"],
    needs: "stacks",
    first: ensureSst,
  },
  {
    name: "page",
    says: "the console's page, which knows a browser and no Node",
    run: [tsc, "-p", "tools/console/page/tsconfig.json"],
    needs: "tools/console/page",
  },
  {
    name: "core alone",
    says: "what ships, without tools/",
    run: ["scripts/core-alone.ts"],
    needs: "tools",
    first: ensureSst,
  },
  {
    name: "lint",
    says: "style, and no clock, timer or chance in a rule",
    run: ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"],
  },
  {
    name: "boundaries",
    says: "who imports whom",
    run: [
      "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
      ...floors,
      ...["--config", ".dependency-cruiser.mjs", "--output-type", "err-long"],
    ],
    verdict: enoughWasRead,
  },
  {
    name: "rules",
    says: "width of comments, loops of attempts, commands in the documents",
    run: ["scripts/rules.ts"],
  },
  {
    name: "patterns",
    says: "no call without a time limit, no work without a limit of concurrency (docs/anti-patterns.md)",
    run: ["scripts/anti-patterns.ts"],
  },
  {
    name: "workflows",
    says: "actionlint, actions by their commit, no stored key",
    run: ["scripts/workflows.ts"],
    needs: ".github/workflows",
  },
  {
    name: "dockerfiles",
    says: "a validator's findings, a fixed image, no root, no shell",
    run: ["scripts/dockerfiles.ts"],
    needs: "packages/worker/Dockerfile",
  },
  { name: "licences", says: "every installed package may be used", run: ["scripts/licences.ts"] },
  {
    name: "generated",
    says: "the contracts' documents and the client's types are current",
    run: ["tools/documents/src/generate.ts", "--check"],
    needs: "tools/documents",
  },
  {
    name: "contracts",
    says: "what a change of an event or of the API does to the last release",
    run: ["tools/releases/src/contracts/gate.ts"],
    needs: "tools/releases",
  },
  {
    name: "capacity",
    says: "docs/capacity.md and its pictures are current",
    run: ["tools/capacity/src/cli.ts", "--check"],
    needs: "tools/capacity",
  },
  {
    name: "bundles",
    says: "each function's gzipped bytes against its budget",
    run: ["tools/synthesis/src/bundles.ts"],
    needs: "tools/synthesis",
  },
];

/** The types of SST's components come with its platform, which the synthesis or `sst install` fetches. */
function ensureSst(): Promise<void> {
  sst ??= fetchSst();
  return sst;
}

/** Two steps need it at once; it is fetched once. */
let sst: Promise<void> | undefined;

async function fetchSst(): Promise<void> {
  const fetcher = join(root, "tools/synthesis/src/platform.ts");
  if (existsSync(fetcher))
    await ((await import(fetcher)) as { ensurePlatform: () => Promise<void> }).ensurePlatform();
  else if (!existsSync(join(root, ".sst/platform/config.d.ts")))
    throw new Error("SST's types are not here: run npx sst install once");
}

/** A cruiser that resolved nothing passes everything. */
function enoughWasRead(output: string): string | undefined {
  const [, modules = "0", dependencies = "0"] =
    /\((\d+) modules, (\d+) dependencies cruised\)/.exec(output) ?? [];
  const isEnough = Number(modules) > 80 && Number(dependencies) > Number(modules);
  return isEnough ? undefined : `only ${modules} modules and ${dependencies} dependencies were read`;
}

/** Prints when it begins and how it ended; answers whether it passed. */
async function check(step: Step): Promise<boolean> {
  const begun = performance.now();
  console.log(`… ${step.name.padEnd(12)} ${step.says}`);
  const failure = await failureOf(step);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${failure ? "✗" : "✓"} ${step.name.padEnd(12)} ${seconds} s`);
  if (failure) console.error(failure);
  return !failure;
}

async function failureOf(step: Step): Promise<string | undefined> {
  try {
    await step.first?.();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: 64 << 20 };
    execFile(process.execPath, step.run, options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      resolve(error ? output || error.message : step.verdict?.(output));
    });
  });
}

readArguments(
  `Usage: pnpm check

Types, lint, boundaries of packages and generated documents. What a clone does not have is not checked.

${steps.map(({ name, says }) => `  ${name.padEnd(12)} ${says}`).join("\n")}`,
  {},
);
const present = steps.filter(({ needs }) => needs === undefined || existsSync(join(root, needs)));
const results = await Promise.all(present.map(check));
const failed = results.filter((isGood) => !isGood).length;
console.log(failed ? `${failed} of ${present.length} checks failed` : `all ${present.length} checks passed`);
process.exitCode = failed ? 1 : 0;
