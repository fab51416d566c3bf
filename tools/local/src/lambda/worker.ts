// One service's execution environment: a worker thread that imports the service's functions and runs
// invocations.
import { randomUUID } from "node:crypto";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { type ClockOffset, followClock } from "../clock.ts";
import { withFastClients } from "../fast-path/clients.ts";
import { writeCompiledCodeSoon } from "../fast-path/compile-cache.ts";
import { openThreadChannel } from "../fast-path/thread-channel.ts";
import { type Answered, type Asked, type Kind, openRequests } from "../fast-path/thread-requests.ts";
import { createInvocationSignals } from "./invocation-signals.ts";
import { printing } from "./line-writer.ts";

type Configured = {
  name: string;
  file: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  environment: Readonly<Record<string, string>>;
  accessKey?: string;
};
export type WorkerData = {
  functions: Configured[];
  clock: ClockOffset;
  /** What is answered in this process; the rest the functions find by their environment. */
  answered: Kind[];
};

export type Invocation = { say: "invoke"; id: number; function: string; event: unknown };
export type InvocationResult =
  | { say: "result"; id: number; result: unknown }
  | { say: "error"; id: number; name: string; message: string };
/** The caller of an invocation has left. */
export type Abandoned = { say: "abandoned"; id: number };
export type ToWorker = Invocation | Abandoned | Answered;
export type FromWorker = { say: "ready" } | { say: "line"; line: string } | InvocationResult | Asked;

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const { answered, clock, functions } = workerData as WorkerData;
followClock(clock);
const post = openThreadChannel<FromWorker, ToWorker>(parentPort as MessagePort, hear);
const requests = openRequests(post.say);
const write = (line: string) => post.say({ say: "line", line });
// At once: it may be the last that is heard of a function that loops.
for (const stream of [process.stdout, process.stderr])
  stream.write = printing((line) => {
    write(line);
    post.flush();
  });
process.on("exit", post.flush);

/** Each function calls AWS with a role of its own, and shares this process with the others. */
const signals = createInvocationSignals();
const shared = { ...lambda, wait: signals.wait, write, process: {} };
const sandboxOf = (accessKey?: string) => withFastClients(shared, answered, requests.ask, accessKey);
const handlers = new Map<string, Pick<Configured, "timeoutSeconds" | "memoryMegabytes"> & { run: Handler }>();

// One after the other: each composition root reads its own environment while it is imported.
for (const { accessKey, environment, file, name, ...configured } of functions) {
  Object.assign(process.env, environment, { AWS_LAMBDA_FUNCTION_NAME: name });
  const module = (await import(file)) as {
    handler: Handler;
    create?: (sandbox: ExecutionEnvironment) => Handler;
  };
  handlers.set(name, { run: module.create?.(sandboxOf(accessKey)) ?? module.handler, ...configured });
  for (const key of Object.keys(environment)) delete process.env[key];
}
post.say({ say: "ready" });
writeCompiledCodeSoon();

function hear(word: ToWorker): void {
  if (word.say === "invoke") void invoke(word);
  else if (word.say === "abandoned") signals.abandon(word.id);
  else requests.hear(word);
}

async function invoke({ event, function: name, id }: Invocation): Promise<void> {
  try {
    post.say({ say: "result", id, result: await signals.run(id, () => run(name, event)) });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    post.say({ say: "error", id, name, message });
  }
}

async function run(name: string, event: unknown): Promise<unknown> {
  const handler = handlers.get(name);
  if (!handler) throw new Error(`There is no function ${name} in this service.`);
  const deadline = performance.now() + handler.timeoutSeconds * 1000;
  return handler.run(event, {
    functionName: name,
    functionVersion: "$LATEST",
    awsRequestId: randomUUID(),
    memoryLimitInMB: String(handler.memoryMegabytes),
    getRemainingTimeInMillis: () => Math.max(0, deadline - performance.now()),
  });
}
