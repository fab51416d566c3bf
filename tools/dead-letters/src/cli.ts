// `pnpm dlq`: lists, shows, dry-runs and redrives dead letters of the laptop or of a deployed stage.
import { createInterface } from "node:readline/promises";
import { command, run, UsageError } from "@order-saga/arguments";
import { chosen, type Desk, DeskError, discardRequestFor, requestsFor } from "./desk.ts";
import { openLaptopDesk } from "./laptop-client.ts";
import { type DlqOptions, dlqDeclaration, dlqOptions } from "./options.ts";
import { printDiscarded, printGroups, printLetters, printResult, printRuns } from "./print.ts";
import type { DeadLetter } from "./types.ts";

/** As many as one request may name. */
const MOST_AT_ONCE = 50;

const idsOf = (letters: readonly DeadLetter[]) => letters.map(({ messageId }) => messageId);

const dlq = command(dlqDeclaration, async (values, words) => {
  const options = dlqOptions(values, words);
  return answer(await openDesk(options), options);
});

/** The SDK and the endpoint of a dry run are loaded only for a stage. */
async function openDesk({ port, stage }: DlqOptions): Promise<Desk> {
  if (stage === undefined) return openLaptopDesk(port);
  const { openStageDesk } = await import("./stage.ts");
  return openStageDesk(stage);
}

/** Returns the exit code: 1 if something failed again. */
async function answer(desk: Desk, options: DlqOptions): Promise<number> {
  const { command, json, target } = options;
  const letters = chosen(await desk.letters(), target);
  const say = (value: unknown, text: string) => console.log(json ? JSON.stringify(value, null, 2) : text);
  if (command === "list") {
    const keys = new Set(letters.map(({ groupKey }) => groupKey));
    const groups = (await desk.groups(letters)).filter(({ key }) => keys.has(key));
    say(groups, printGroups(groups, Date.now()));
    return 0;
  }
  if (letters.length === 0) throw new DeskError(`No dead letter of ${desk.name} is called ${target}.`);
  if (command === "show") {
    say(letters, printLetters(letters));
    return 0;
  }
  if (command === "dry-run") {
    const runs = [];
    for (const [queue, own] of Map.groupBy(letters, (letter) => letter.queue))
      for (let first = 0; first < own.length; first += MOST_AT_ONCE)
        runs.push(
          ...(await desk.dryRun({ queue, messageIds: idsOf(own.slice(first, first + MOST_AT_ONCE)) })),
        );
    say(runs, printRuns(runs));
    return runs.some(({ verdict }) => verdict === "fails again") ? 1 : 0;
  }
  if (command === "discard") {
    const asked = discardRequestFor(letters, target, options.reason);
    if (!(await isMeant(desk, letters, options, "Delete for good"))) return 1;
    const result = await desk.discard(asked);
    say({ ...asked, ...result }, printDiscarded(asked, result));
    return 0;
  }
  if (!(await isMeant(desk, letters, options, "Redrive"))) return 1;
  const results = [];
  for (const request of requestsFor(letters, target, options)) {
    const result = await desk.redrive(request);
    results.push({ queue: request.queue, ...result });
    if (!json) console.log(printResult(request.queue, result));
    if (result.stopped) break;
  }
  if (json) console.log(JSON.stringify(results, null, 2));
  return results.some(({ failedAgain }) => failedAgain > 0) ? 1 : 0;
}

/** A redrive or a discard names its count and its target before it is done. */
async function isMeant(
  desk: Desk,
  letters: readonly DeadLetter[],
  { yes }: DlqOptions,
  act: "Redrive" | "Delete for good",
): Promise<boolean> {
  if (yes) return true;
  const queues = [...new Set(letters.map(({ queue }) => queue))].join(", ");
  const question = `${act} ${letters.length} message${letters.length === 1 ? "" : "s"} of ${queues} on ${desk.name}?`;
  if (!process.stdin.isTTY) throw new UsageError(`${question} There is no terminal to ask on: add --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** What AWS or the network refuses, such as expired credentials, is said without a stack. */
function isForPeople(error: Error): boolean {
  return error instanceof DeskError || "$metadata" in error || error.name === "CredentialsProviderError";
}

await run(dlq, isForPeople);
