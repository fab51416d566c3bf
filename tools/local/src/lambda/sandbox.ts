// Runs a service's functions in a worker thread: invocations, timeouts, crashes and fresh starts.
import { Worker } from "node:worker_threads";
import type { ClockOffset } from "../clock.ts";
import { compileCacheEnvironment } from "../fast-path/compile-cache.ts";
import { openThreadChannel, type ThreadChannel } from "../fast-path/thread-channel.ts";
import { type Answers, answerWith, type Kind } from "../fast-path/thread-requests.ts";
import type { FromWorker, InvocationResult, ToWorker, WorkerData } from "./worker.ts";

/** The invocation failed as a whole; an event-source mapping then returns the whole batch to its queue. */
export class InvocationError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export type Sandbox = {
  /** Resolves with what the handler returned; rejects with InvocationError on error, timeout or crash. */
  invoke(functionName: string, event: unknown, signal?: AbortSignal): Promise<unknown>;
  /** New invocations go to a fresh worker; the old one ends when its last invocation has. */
  reload(): Promise<void>;
  stop(): Promise<void>;
};

type Pending = { resolve: (value: unknown) => void; reject: (error: Error) => void; timer: NodeJS.Timeout };
type Environment = {
  worker: Worker;
  channel: ThreadChannel<ToWorker>;
  pending: Map<number, Pending>;
  ready: Promise<void>;
  retired: boolean;
};

export type SandboxedFunction = {
  readonly name: string;
  readonly timeoutSeconds: number;
  /** As the function is told; all functions of a service share one worker's memory. */
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Of the function's role, where the endpoint knows it. */
  readonly accessKey?: string;
};

export type SandboxOptions = {
  service: string;
  functions: readonly SandboxedFunction[];
  /** The URL of a function's source. */
  fileOf: (functionName: string) => string;
  /** The AWS settings every function of the runtime shares. */
  environment: Readonly<Record<string, string>>;
  clock: ClockOffset;
  /** What is answered without a socket; the functions find everything else by the environment. */
  answers?: Answers | undefined;
  onLog: (line: string) => void;
  onCrash: (service: string, reason: string) => void;
};

/** Enough for all functions of a service; without a limit V8 lets hundreds of megabytes of garbage lie. */
const MEMORY = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 48 };

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  let stopped = false;
  let nextId = 1;
  const environments = new Set<Environment>();
  // Opened again by the next invocation after a crash or a time-out.
  let current: Environment | undefined = open();

  function open(): Environment {
    const environment = openEnvironment(options, { crashed, closeIfDone });
    environments.add(environment);
    return environment;
  }

  function crashed(environment: Environment, reason: string): void {
    if (!environments.delete(environment)) return;
    rejectAll(environment, `The ${options.service} worker ended: ${reason}`);
    // A retired worker was to end; one that never loaded says why in what reload or start rejects with.
    if (stopped || environment !== current) return;
    current = undefined;
    options.onCrash(options.service, reason);
  }

  /** A timed-out promise goes on in its worker, so nothing new is sent there. */
  function retire(environment: Environment): void {
    environment.retired = true;
    if (environment === current) current = undefined;
    closeIfDone(environment);
  }

  function closeIfDone(environment: Environment): void {
    if (!environment.retired || environment.pending.size > 0) return;
    environments.delete(environment);
    void environment.worker.terminate();
  }

  /** Ready, and not retired: while it was waited for, a reload may have put another in its place. */
  async function currentEnvironment(): Promise<Environment> {
    while (true) {
      current ??= open();
      const environment = current;
      await environment.ready.catch((error) => {
        if (!environment.retired) throw error;
      });
      if (!environment.retired) return environment;
    }
  }

  await current.ready;
  return {
    async invoke(functionName, event, signal) {
      const environment = await currentEnvironment();
      const seconds = options.functions.find((each) => each.name === functionName)?.timeoutSeconds ?? 3;
      const id = nextId++;
      const given = { id, functionName, event, seconds };
      const answer = invokeIn(environment, given, () => retire(environment));
      const abandon = () => environment.channel.say({ say: "abandoned", id });
      if (signal?.aborted) abandon();
      else signal?.addEventListener("abort", abandon, { once: true });
      return answer;
    },
    async reload() {
      const fresh = open();
      await fresh.ready; // A file that does not load leaves the running one in place.
      const old = current;
      current = fresh;
      if (old) retire(old);
    },
    async stop() {
      stopped = true;
      await Promise.all([...environments].map(({ worker }) => worker.terminate()));
    },
  };
}

type EnvironmentEvents = {
  crashed: (environment: Environment, reason: string) => void;
  /** An invocation ended. */
  closeIfDone: (environment: Environment) => void;
};

function openEnvironment(options: SandboxOptions, { closeIfDone, crashed }: EnvironmentEvents): Environment {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: workerDataOf(options),
    env: { ...options.environment, ...compileCacheEnvironment() },
    stdout: true,
    stderr: true,
    resourceLimits: MEMORY,
  });
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  ready.catch(() => {});
  const channel = openThreadChannel<ToWorker, FromWorker>(worker, (word) => {
    switch (word.say) {
      case "ready":
        return resolve();
      case "line":
        return options.onLog(word.line);
      case "ask":
        return void answerWith(options.answers ?? {}, word).then(channel.say);
      case "result":
      case "error":
        finish(environment, word);
        return closeIfDone(environment);
    }
  });
  const environment: Environment = { worker, channel, pending: new Map(), ready, retired: false };
  worker.once("error", (error) => {
    reject(error);
    crashed(environment, `${error.name}: ${error.message}`);
  });
  worker.once("exit", (code) => {
    reject(new Error(`The ${options.service} worker ended with code ${code} before it was ready.`));
    crashed(environment, `exit code ${code}`);
  });
  return environment;
}

function invokeIn(
  { channel, pending }: Environment,
  given: { id: number; functionName: string; event: unknown; seconds: number },
  onTimeout: () => void,
): Promise<unknown> {
  const { event, functionName, id, seconds } = given;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      pending.delete(id);
      reject(new InvocationError("Sandbox.Timedout", `${functionName} timed out after ${seconds} seconds`));
      onTimeout();
    }, seconds * 1000);
    pending.set(id, { resolve, reject, timer });
    channel.say({ say: "invoke", id, function: functionName, event });
  });
}

function finish({ pending }: Environment, word: InvocationResult): void {
  const waiting = pending.get(word.id);
  if (!waiting) return; // It had timed out; AWS throws such an answer away too.
  pending.delete(word.id);
  clearTimeout(waiting.timer);
  if (word.say === "error") waiting.reject(new InvocationError(word.name, word.message));
  else waiting.resolve(word.result);
}

function rejectAll({ pending }: Environment, message: string): void {
  for (const { reject, timer } of pending.values()) {
    clearTimeout(timer);
    reject(new InvocationError("Runtime.ExitError", message));
  }
}

function workerDataOf({ answers = {}, clock, fileOf, functions }: SandboxOptions): WorkerData {
  return {
    clock,
    answered: Object.keys(answers) as Kind[],
    functions: functions.map((each) => ({ ...each, file: fileOf(each.name) })),
  };
}
