// Renders each stage once for all test files, and hands them over as files.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inject } from "vitest";
import type { TestProject } from "vitest/node";
import { longestStage } from "../src/audit/audit.ts";
import type { Graph } from "../src/graph.ts";
import { ensurePlatform, root } from "../src/platform.ts";
import { exampleSettings, personalSettings } from "../src/settings.ts";
import { synthesize } from "../src/synthesize.ts";

declare module "vitest" {
  interface ProvidedContext {
    renderedFolder: string;
  }
}

export const adasSettings = personalSettings;

export type RenderedStage = "production" | "ada" | "longest";

export default async function render(project: TestProject): Promise<() => Promise<void>> {
  await ensurePlatform();
  const folder = await mkdtemp(join(root, ".sst", "rendered-"));
  const write = async (stage: RenderedStage, graph: Graph) =>
    writeFile(join(folder, `${stage}.json`), JSON.stringify(graph));
  const outline = { detail: "outline" } as const;
  await Promise.all([
    synthesize("production", { ...exampleSettings, ROLLOUT: "gradual" }).then((graph) =>
      write("production", graph),
    ),
    // A developer's stage has the same code.
    synthesize("ada", adasSettings, outline).then((graph) => write("ada", graph)),
    synthesize(longestStage, exampleSettings, outline).then((graph) => write("longest", graph)),
  ]);
  project.provide("renderedFolder", folder);
  return () => rm(folder, { recursive: true });
}

/** A fresh copy, so that a test may change it. */
export async function rendered(stage: RenderedStage): Promise<Graph> {
  return JSON.parse(await readFile(join(inject("renderedFolder"), `${stage}.json`), "utf8")) as Graph;
}
