// `pnpm replay`: sends a window of the archive to the reactions again, on the laptop or on a stage.

import { command, run } from "@order-saga/arguments";
import { subjectOf } from "@order-saga/contracts";
import { readArchive } from "./archive-reader.ts";
import { stageOption, windowOf, windowOptions } from "./options.ts";
import { type Archive, laptop, type Place, ReplayError, stage } from "./place.ts";
import { newReplayName, type Progress, prepared, replay, type Window } from "./replay.ts";

const declaration = {
  name: "pnpm replay",
  says: "Sends a window of the archive to the reactions again, and waits until that is done.",
  options: {
    ...windowOptions,
    reaction: {
      kind: "text",
      value: "NAME",
      says: "to this reaction alone, such as payment-capture-payment; else to all",
    },
    stage: { ...stageOption, says: `${stageOption.says}; else the laptop` },
    "aws-port": {
      kind: "whole",
      value: "PORT",
      least: 1,
      most: 65_535,
      variable: "AWS_PORT",
      default: 4566,
      says: "where the laptop's AWS endpoint listens",
    },
    "dry-run": { kind: "flag", says: "only say what would be replayed" },
  },
  notes: `A replay changes nothing where nothing is missing, and may be repeated. Before one of a restored table, run
pnpm restore (docs/runbooks/restore.md).`,
} as const;

const replayCommand = command(declaration, async (given) => {
  const window = windowOf(given);
  const place =
    given.stage === undefined ? laptop(`http://localhost:${given["aws-port"]}`) : await stage(given.stage);
  const { archive, reactions, rules } = await prepared(place, window, given.reaction);
  console.log(`${sentenceOf(window)} on ${place.name}, to ${reactions.join(", ")}.`);
  if (given["dry-run"]) {
    console.log(given.stage === undefined ? await counted(place, archive, window) : sizeOf(archive, rules));
    return 0;
  }
  await replay(place, archive, { ...window, name: newReplayName("replay"), rules }, progress());
  console.log("Replayed. It is over when every queue is empty: the dashboard, or `pnpm dlq list`, shows it.");
  return 0;
});

const sentenceOf = ({ from, to }: Window) =>
  `Events from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;

/** On the laptop the archive is read, which costs nothing there. */
async function counted(place: Place, archive: Archive, window: Window): Promise<string> {
  const events = await readArchive(place, archive, window);
  const byType = Map.groupBy(events, ({ type }) => type);
  const orders = new Set(events.map(subjectOf)).size;
  return [
    ...[...byType].map(([type, each]) => `${String(each.length).padStart(8)}  ${type}`),
    `${events.length} events of ${orders} orders.`,
  ].join("\n");
}

/** AWS counts an archive as a whole, and bills a replay by its events. */
function sizeOf({ bytes, events, retentionDays }: Archive, rules: readonly string[]): string {
  return [
    `The archive holds ${events} events (${(bytes / 1e6).toFixed(1)} MB) of the last ${retentionDays} days; AWS counts up to a day late, and does not say how many lie in the window.`,
    ...rules.map((rule) => `  ${rule}`),
  ].join("\n");
}

function progress(): (now: Progress) => void {
  let last = "";
  return ({ state, upTo }) => {
    const line = `${state}${upTo ? ` up to ${upTo.toISOString()}` : ""}`;
    if (line !== last) console.log(line);
    last = line;
  };
}

await run(replayCommand, isForPeople);

/** What AWS refuses is its message; any other error keeps its stack. */
function isForPeople(error: Error): boolean {
  return error instanceof ReplayError || "$metadata" in error || error.name === "CredentialsProviderError";
}
