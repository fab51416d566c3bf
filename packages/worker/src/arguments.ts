// What `node worker.mjs` is told: which reactions it runs, and within which limits.
import { parseArgs } from "node:util";
import type { KnownReaction } from "./load.ts";
import { LONGEST_POLL_SECONDS } from "./queue.ts";

/** A mistake in what was typed; the message says what to type instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export type Given = {
  readonly reactions: readonly KnownReaction[];
  readonly healthPort: number | undefined;
  readonly batchesAtOnce: number | undefined;
  readonly pollSeconds: number;
  readonly stopSeconds: number;
  readonly longestBatchSeconds: number;
};

/** Names and bounds of the numbers, each with what it is unless it is given. */
const numbers = {
  "health-port": { least: 0, most: 65_535 },
  "batches-at-once": { least: 1, most: 1000 },
  // A stop lets an open poll come back, so a poll is shorter than a stop.
  "poll-seconds": { least: 0, most: LONGEST_POLL_SECONDS, otherwise: 10 },
  // ECS sends SIGKILL 30 seconds after SIGTERM, unless the task says otherwise.
  "stop-seconds": { least: 0, most: 120, otherwise: 25 },
  // As long as Lambda lets any function run.
  "longest-batch-seconds": { least: 1, most: 43_200, otherwise: 900 },
} as const;

type NumberName = keyof typeof numbers;

export const usage = `Usage: node worker.mjs REACTION… [options]

  --all                      every reaction that it has
  --batches-at-once N        of each queue, default as many as its mapping
  --poll-seconds N           how long an empty poll waits, default 10
  --stop-seconds N           what is under way may take after SIGTERM, default 25
  --longest-batch-seconds N  then a batch is given up, default 900
  --health-port PORT         answers how the queues are; default none`;

/** Throws UsageError. */
export function readGiven(args: readonly string[], known: readonly KnownReaction[]): Given {
  const { all, names, values } = parse(args);
  const numberOf = (name: NumberName) => boundedNumber(name, values[name]);
  return {
    reactions: reactionsOf(names, all, known),
    healthPort: numberOf("health-port"),
    batchesAtOnce: numberOf("batches-at-once"),
    pollSeconds: numberOf("poll-seconds") ?? numbers["poll-seconds"].otherwise,
    stopSeconds: numberOf("stop-seconds") ?? numbers["stop-seconds"].otherwise,
    longestBatchSeconds: numberOf("longest-batch-seconds") ?? numbers["longest-batch-seconds"].otherwise,
  };
}

function parse(args: readonly string[]) {
  const text = Object.fromEntries(Object.keys(numbers).map((name) => [name, { type: "string" as const }]));
  try {
    const { positionals, values } = parseArgs({
      args: args.filter((each) => each !== "--"),
      options: { all: { type: "boolean" }, ...text },
      allowPositionals: true,
    });
    return { all: values.all === true, names: positionals, values: values as Record<string, unknown> };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function reactionsOf(names: readonly string[], all: boolean, known: readonly KnownReaction[]) {
  const nameOf = ({ resources }: KnownReaction) => resources.manifest.name;
  const list = known.map(nameOf).sort().join(", ");
  if (all && names.length > 0) throw new UsageError("Give --all or names of reactions, not both.");
  if (all) return known;
  if (names.length === 0) throw new UsageError(`Name a reaction, or --all. There are ${list}.`);
  return [...new Set(names)].map((name) => {
    const found = known.find((each) => nameOf(each) === name);
    if (!found) throw new UsageError(`There is no reaction ${JSON.stringify(name)}. There are ${list}.`);
    return found;
  });
}

function boundedNumber(name: NumberName, given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const { least, most } = numbers[name];
  const value = Number(given);
  if (!/^\d+$/.test(String(given)) || value < least || value > most)
    throw new UsageError(
      `--${name} needs a whole number from ${least} to ${most}, not ${JSON.stringify(given)}.`,
    );
  return value;
}
