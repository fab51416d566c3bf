// A worker beside the laptop: the variables it needs, and the process.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { allReactions, workerEnvironmentOf } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { awsEnvironment } from "./aws.ts";
import type { Closers } from "./closers.ts";
import type { RuntimeListeners } from "./listeners.ts";
import type { Reactions } from "./options.ts";
import { BUS_NAME } from "./source-folders.ts";

export const reactionNames = allReactions(services).map(({ manifest }) => manifest.name);

/** Rejected by name: a typing mistake would leave messages lying. */
export class UnknownReaction extends Error {
  override readonly name = "UnknownReaction";
}

/** Their names. Throws UnknownReaction. */
export function namesOf(reactions: Reactions = []): readonly string[] {
  if (reactions === "all") return reactionNames;
  const unknown = reactions.find((name) => !reactionNames.includes(name));
  if (unknown === undefined) return reactions;
  const all = reactionNames.toSorted().join(", ");
  throw new UnknownReaction(`There is no reaction ${JSON.stringify(unknown)}. There are ${all}.`);
}

export type WorkerPlace = {
  /** Base URL of the AWS endpoint. */
  readonly endpoint: string;
  readonly queueUrl: (queueName: string) => string;
  /** Settings and secrets; a setting that is not among them is as its service has it. */
  readonly values: Readonly<Record<string, string>>;
  /** How far the laptop's clock is ahead of the machine's; the worker begins with it, and keeps it. */
  readonly clockAheadMilliseconds?: number;
};

/** Of these reactions, each under its own name. */
export function workerEnvironment(names: readonly string[], place: WorkerPlace): Record<string, string> {
  const { endpoint, queueUrl, values } = place;
  const own = services.flatMap((service) =>
    service.reactions
      .filter(({ name }) => names.includes(name))
      .map((manifest) =>
        workerEnvironmentOf(service, manifest, {
          value: (name) => values[name] ?? service.settings[name] ?? "",
          tableName: (name) => name,
          busName: BUS_NAME,
          bucketName: () => service.bucket?.name ?? "",
          queueUrl,
        }),
      ),
  );
  return Object.assign(awsEnvironment(endpoint), ...own);
}

export type WorkerProcess = {
  readonly process: ChildProcess;
  /** Resolves when it takes messages; rejects with what it wrote if it ends before. */
  readonly ready: Promise<void>;
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
};

const overTheSources = fileURLToPath(new URL("./worker-program.ts", import.meta.url));

type WorkerProgram = Pick<SpawnOptions, "cwd" | "uid" | "gid"> & {
  readonly args?: readonly string[];
  readonly program?: string;
};

/** The worker over the sources, or another program of the same arguments. */
export function startWorkerProcess(
  names: readonly string[],
  place: WorkerPlace,
  onLine: (line: string) => void,
  { args = [], program = overTheSources, ...options }: WorkerProgram = {},
): WorkerProcess {
  const env = {
    ...workerEnvironment(names, place),
    CLOCK_AHEAD_MILLISECONDS: String(place.clockAheadMilliseconds ?? 0),
  };
  const child = spawn(process.execPath, [program, ...names, ...args], {
    env,
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      if (line.includes('"message":"takes messages for')) ready.resolve();
      onLine(line);
    });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  void ended.then((code) => ready.reject(new Error(`It ended (${code}) at once:\n${lines.join("\n")}`)));
  return { process: child, ready: ready.promise, ended };
}

/** A worker that begins and ends with the runtime. Its end before that is said, and its messages wait. */
export async function startWorkerBeside(
  closers: Closers,
  names: readonly string[],
  place: WorkerPlace,
  { onLog, onWarning }: RuntimeListeners,
): Promise<void> {
  if (names.length === 0) return;
  const worker = startWorkerProcess(names, place, onLog);
  let isStopping = false;
  closers.add(async () => {
    isStopping = true;
    worker.process.kill("SIGINT");
    await worker.ended;
  });
  await worker.ready;
  void worker.ended.then((code) => {
    if (!isStopping) onWarning(`The worker ended (${code}); messages for ${names.join(", ")} wait.`);
  });
}
