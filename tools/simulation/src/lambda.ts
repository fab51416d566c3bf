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

/**
 * `about` names what the chances of its calls belong to, where a call is not about an order; `seconds` is the
 * time that the invocation is told it has, where it is not its function's timeout.
 */
type Given = { readonly about: string; readonly seconds?: number | undefined };

export type Lambda = {
  /** Runs the function once; `onEnd` is called once. */
  invoke(code: FunctionCode, event: unknown, onEnd: (end: InvocationEnd) => void, given: Given): void;
  /** Idle sandboxes of the service are gone, and busy ones are not used again. */
  retire(service: string): void;
  /** Invocations under way. */
  running(): number;
  /** Invocations that have run out of time, by a fault or by a long wait for an answer. */
  timeouts(): number;
};

type Sandbox = Caller & {
  about: string;
  readonly handler: Handler;
  isRetired: boolean;
  /** True if a timeout leaves it alive, with what its code has not finished. */
  outlives: boolean;
  /** The invocations under way; each is told how it ended if the sandbox dies. */
  readonly underWay: Set<(end: InvocationEnd) => void>;
};

type EnvironmentFor = (code: FunctionCode, caller: Caller) => ExecutionEnvironment;

function start(code: FunctionCode, environmentFor: EnvironmentFor): Sandbox {
  let isAlive = true;
  const underWay: Sandbox["underWay"] = new Set();
  const caller = {
    name: code.name,
    about: "",
    isRetired: false,
    outlives: false,
    underWay,
    isAlive: () => isAlive,
    die() {
      if (!isAlive) return;
      isAlive = false;
      for (const end of [...underWay]) end({ ended: "crashed" });
    },
    outlive() {
      caller.outlives = true;
    },
  };
  return Object.assign(caller, { handler: code.create(environmentFor(code, caller)) });
}

export function createLambda(context: RunContext, environmentFor: EnvironmentFor): Lambda {
  const { plan, scheduler } = context;
  /** The sandboxes of each function that have room for an invocation, the last used at the end. */
  const free = new Map<string, Sandbox[]>();
  const busy = new Map<Sandbox, string>();
  let requests = 0;
  let running = 0;
  let timeouts = 0;

  /** A worker handles many batches of its queues in one process, a Lambda function one at a time. */
  const roomOf = ({ manifest }: FunctionCode) =>
    "hears" in manifest ? (plan.settings.batchesAtOnce ?? 1) : 1;

  /** The sandbox that was used last, or a new one. */
  function take(code: FunctionCode): Sandbox {
    const pool = free.get(code.name) ?? [];
    free.set(code.name, pool);
    let sandbox = pool.pop();
    while (sandbox && !sandbox.isAlive()) sandbox = pool.pop();
    sandbox ??= start(code, environmentFor);
    if (sandbox.underWay.size + 1 < roomOf(code)) pool.push(sandbox);
    return sandbox;
  }

  function giveBack(code: FunctionCode, sandbox: Sandbox): void {
    const pool = free.get(code.name) ?? [];
    if (sandbox.isAlive() && !sandbox.isRetired && !pool.includes(sandbox)) pool.push(sandbox);
  }

  function invoke(
    code: FunctionCode,
    event: unknown,
    onEnd: (end: InvocationEnd) => void,
    { about, seconds = code.manifest.timeoutSeconds }: Given,
  ): void {
    const sandbox = Object.assign(take(code), { about });
    busy.set(sandbox, code.service);
    running++;
    context.watch?.begun(sandbox, about);
    const end = (how: InvocationEnd) => {
      if (!sandbox.underWay.delete(end)) return;
      running--;
      context.watch?.ended(sandbox, how.ended);
      if (sandbox.underWay.size === 0) busy.delete(sandbox);
      giveBack(code, sandbox);
      onEnd(how);
    };
    sandbox.underWay.add(end);
    scheduler.after(code.manifest.timeoutSeconds * 1000, () => {
      if (!sandbox.underWay.has(end)) return;
      timeouts++;
      // Middy answers just before the timeout, so that a sandbox may live on with what it left unfinished.
      if (sandbox.outlives) return end({ ended: "timed-out" });
      sandbox.underWay.delete(end);
      sandbox.die();
      sandbox.underWay.add(end);
      end({ ended: "timed-out" });
    });
    const deadline = scheduler.now() + seconds * 1000;
    const lambdaContext = {
      functionName: code.name,
      awsRequestId: `request-${++requests}`,
      getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - scheduler.now())),
    };
    scheduler.resume(() => {
      sandbox.handler(event, lambdaContext).then(
        (result) => end({ ended: "answered", result }),
        () => end({ ended: "failed" }),
      );
    });
  }

  return {
    invoke,
    retire(service) {
      for (const [name, pool] of free) if (name.startsWith(`${service}-`)) pool.length = 0;
      for (const [sandbox, of] of busy) if (of === service) sandbox.isRetired = true;
    },
    running: () => running,
    timeouts: () => timeouts,
  };
}
