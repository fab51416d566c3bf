// Renders a stage, judges every promise about it, and prints both.
import { writeFile } from "node:fs/promises";
import { assertServices } from "@order-saga/services/check";
import { auditAll, longestStage } from "./audit/audit.ts";
import { print } from "./print.ts";
import { promises, watchedPromises } from "./promises/index.ts";
import { settingsOf } from "./settings.ts";
import { synthesize } from "./synthesize.ts";

export async function judge(
  stage: string,
  settings: Readonly<Record<string, string>> | undefined,
  file: string,
): Promise<number> {
  assertServices();
  const begun = performance.now();
  if (!settings) console.log(`There is no .env and no .env.${stage}: rendered with example settings.\n`);
  const graph = await synthesize(stage, settings);
  const theirs = settingsOf(longestStage) ?? settings;
  const neighbour = await synthesize(longestStage, theirs, { detail: "outline" });
  await writeFile(file, `${JSON.stringify(graph, null, 2)}\n`);
  console.log(print(graph));
  // Without an address to tell, only production has alarms.
  const judged = graph.resources.some(({ type }) => type.includes("metricAlarm"))
    ? promises
    : promises.filter((each) => !watchedPromises.includes(each));
  const broken = judged.flatMap(({ says, broken }) => {
    const complaints = broken(graph);
    const shown = complaints.slice(0, 5).map((each) => `    ${each}`);
    const rest = complaints.length > 5 ? [`    and ${complaints.length - 5} more`] : [];
    return complaints.length > 0 ? [[`✗ ${says}`, ...shown, ...rest].join("\n")] : [];
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(broken.length > 0 ? broken.join("\n") : `✓ all ${judged.length} promises hold`);
  const findings = auditAll(stage === longestStage ? [graph] : [graph, neighbour]);
  console.log(findings.length > 0 ? findings.map((each) => `✗ ${each}`).join("\n") : audited);
  console.log(`The graph is in ${file} (${seconds} s).`);
  return broken.length + findings.length > 0 ? 1 : 0;
}

const audited = `✓ an independent reading of the graph, beside a stage called ${longestStage}, finds nothing`;
