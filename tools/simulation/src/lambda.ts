// Lambda: sandboxes that are made when needed and used again, and end at a timeout, a crash or a deployment.
import type { ServiceName } from "@order-saga/contracts";
import type { FunctionManifest } from "@order-saga/messaging";
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import type { Caller } from "./calls.ts";
import type { RunContext } from "./context.ts";

/** A function's handler, as Lambda calls it. */
export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** A function's code in one version: puts a handler together over a sandbox. */
export type FunctionCode = {
  readonly service: ServiceName;
  readonly manifest: FunctionManifest;
  /** `<service>-<function>`. */
  readonly name: string;
  create(environment: ExecutionEnvironment): Handler;
};

export type InvocationEnd =
  | { ended: "answered"; result: unknown }
  | { ended: "failed" }
  | { ended: "crashed" }
  | { ended: "timed-out" };

export type Lambda = {
  /** Runs the function once; `onEnd` is called once. */
  invoke(code: FunctionCode, event: unknown, onEnd: (end: InvocationEnd) => void): void;
  /** Idle sandboxes of the service are gone, and busy ones are not used again. */
  retire(service: string): void;
  /** Invocations under way. */
  running(): number;
  /** Invocations that have run out of time, by a fault or by a long wait for an answer. */
  timeouts(): number;
};

type Environment = Caller & {
  readonly handler: Handler;
  isRetired: boolean;
  /** True if a timeout leaves it alive, with what its code has not finished. */
  outlives: boolean;
  /** Ends the invocation under way, if its sandbox dies. */
  onDeath: (() => void) | undefined;
};

export function createLambda(
  context: RunContext,
  environmentFor: (code: FunctionCode, caller: Caller) => ExecutionEnvironment,
): Lambda {
  const { scheduler } = context;
  const idle = new Map<string, Environment[]>();
  const busy = new Map<Environment, string>();
  let requests = 0;
  let running = 0;
  let timeouts = 0;

  function start(code: FunctionCode): Environment {
    let isAlive = true;
    const caller = {
      name: code.name,
      isRetired: false,
      outlives: false,
      onDeath: undefined as (() => void) | undefined,
      isAlive: () => isAlive,
      die() {
        if (!isAlive) return;
        isAlive = false;
        caller.onDeath?.();
      },
      outlive() {
        caller.outlives = true;
      },
    };
    return Object.assign(caller, { handler: code.create(environmentFor(code, caller)) });
  }

  /** The sandbox that was used last, or a new one. */
  function take(code: FunctionCode): Environment {
    const pool = idle.get(code.name);
    for (let free = pool?.pop(); free; free = pool?.pop()) if (free.isAlive()) return free;
    return start(code);
  }

  function giveBack(code: FunctionCode, environment: Environment): void {
    if (!environment.isAlive() || environment.isRetired) return;
    const pool = idle.get(code.name) ?? [];
    pool.push(environment);
    idle.set(code.name, pool);
  }

  function invoke(code: FunctionCode, event: unknown, onEnd: (end: InvocationEnd) => void): void {
    const environment = take(code);
    busy.set(environment, code.service);
    running++;
    let isOver = false;
    const end = (how: InvocationEnd) => {
      if (isOver) return;
      isOver = true;
      running--;
      busy.delete(environment);
      environment.onDeath = undefined;
      giveBack(code, environment);
      onEnd(how);
    };
    environment.onDeath = () => end({ ended: "crashed" });
    scheduler.after(code.manifest.timeoutSeconds * 1000, () => {
      if (isOver) return;
      timeouts++;
      // Middy answers just before the timeout, so that a sandbox may live on with what it left unfinished.
      environment.onDeath = () => end({ ended: "timed-out" });
      if (environment.outlives) end({ ended: "timed-out" });
      else environment.die();
    });
    const lambdaContext = { functionName: code.name, awsRequestId: `request-${++requests}` };
    scheduler.resume(() => {
      environment.handler(event, lambdaContext).then(
        (result) => end({ ended: "answered", result }),
        () => end({ ended: "failed" }),
      );
    });
  }

  return {
    invoke,
    retire(service) {
      for (const [name, pool] of idle) if (name.startsWith(`${service}-`)) pool.length = 0;
      for (const [environment, of] of busy) if (of === service) environment.isRetired = true;
    },
    running: () => running,
    timeouts: () => timeouts,
  };
}
