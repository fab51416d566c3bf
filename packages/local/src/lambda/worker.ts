// One service's execution environment: a worker thread that imports the service's functions and runs invocations.
import { randomUUID } from "node:crypto";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { lambda } from "@order-saga/messaging/lambda";
import type { Sandbox } from "@order-saga/messaging/sandbox";
import { type ClockOffset, followClock } from "../clock.ts";
import { throughLoopback } from "../loopback/client.ts";
import { askThrough } from "../loopback/port.ts";

type Configured = {
  name: string;
  file: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  environment: Record<string, string>;
};
export type WorkerData = {
  functions: Configured[];
  clock: ClockOffset;
  /** Where the endpoint answers, if it does so in this process; else the SDK finds it by the environment. */
  endpoint?: MessagePort;
};
export type Invocation = { id: number; function: string; event: unknown };
export type InvocationResult =
  | { id: number; result: unknown }
  | { id: number; error: { name: string; message: string } };
export type WorkerMessage = { ready: true } | InvocationResult;

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const { functions, clock, endpoint } = workerData as WorkerData;
followClock(clock);
const sandbox = endpoint ? loopbackSandbox(endpoint) : lambda;
const handlers = new Map<string, Pick<Configured, "timeoutSeconds" | "memoryMegabytes"> & { run: Handler }>();

// One after the other: each composition root reads its own environment while it is imported.
for (const { environment, file, name, ...configured } of functions) {
  Object.assign(process.env, environment, { AWS_LAMBDA_FUNCTION_NAME: name });
  const module = (await import(file)) as { handler: Handler; create?: (sandbox: Sandbox) => Handler };
  handlers.set(name, { run: module.create?.(sandbox) ?? module.handler, ...configured });
  for (const key of Object.keys(environment)) delete process.env[key];
}

parentPort?.on("message", async ({ id, function: name, event }: Invocation) => {
  const handler = handlers.get(name);
  let answer: InvocationResult;
  try {
    if (!handler) throw new Error(`There is no function ${name} in this service.`);
    const deadline = performance.now() + handler.timeoutSeconds * 1000;
    const context = {
      functionName: name,
      functionVersion: "$LATEST",
      awsRequestId: randomUUID(),
      memoryLimitInMB: String(handler.memoryMegabytes),
      getRemainingTimeInMillis: () => Math.max(0, deadline - performance.now()),
    };
    answer = { id, result: await handler.run(event, context) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    answer = { id, error: { name, message } };
  }
  parentPort?.postMessage(answer);
});

parentPort?.postMessage({ ready: true });

/** Lambda's own, with clients of AWS that need no socket. */
function loopbackSandbox(port: MessagePort): Sandbox {
  const answer = askThrough(port);
  return {
    ...lambda,
    client: (kind, create) => (kind === "stripe" ? create() : throughLoopback(create(), answer)),
  };
}
