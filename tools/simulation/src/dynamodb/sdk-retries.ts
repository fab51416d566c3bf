// What the SDK's client does about a request that failed: repeats some, and gives up (standard retry mode).
import { clientSettings } from "@order-saga/messaging/client-settings";
import type { Call, Caller } from "../calls.ts";
import type { RunContext } from "../context.ts";
import { unanswered } from "./errors.ts";
import type { TableCall } from "./timed.ts";

/**
 * Of @smithy/core 3.41, whose standard mode is the one of November 2026. Tokens are the client's: what fails
 * takes some, what succeeds after repeats gives its own back.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const TOKENS = 500;
const throttling = { baseMilliseconds: 1000, tokens: 5 };
const transient = { baseMilliseconds: 50, tokens: 14 };
const LONGEST_MILLISECONDS = 20_000;

export type Retries = (describe: () => TableCall) => Promise<unknown>;

export function createRetries(context: RunContext, call: Call, caller: Caller): Retries {
  const { scheduler } = context;
  let tokens = TOKENS;

  const after = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      scheduler.after(milliseconds, () => {
        if (caller.isAlive()) scheduler.resume(resolve);
      });
    });

  /** One attempt, which the client gives up when its answer takes too long; what was asked goes on. */
  function once(described: TableCall): Promise<unknown> {
    let milliseconds = 0;
    const answered = call(caller, {
      ...described,
      takes(occurrence) {
        const takes = described.takes?.(occurrence) ?? { effect: 0, answer: 0 };
        milliseconds = takes.effect + takes.answer;
        return takes;
      },
    });
    const { requestTimeout } = clientSettings.requestHandler;
    if (milliseconds <= requestTimeout) return answered;
    const late = after(requestTimeout).then(() => {
      throw Object.assign(unanswered(), { isRepeatable: true });
    });
    return Promise.race([answered, late]);
  }

  return async (describe) => {
    let spent = 0;
    for (let attempt = 1; ; attempt++) {
      const described = describe();
      try {
        const answer = await once(described);
        tokens = Math.min(TOKENS, tokens + Math.max(1, spent));
        return answer;
      } catch (error) {
        const kind = kindOf(error);
        if (!kind || attempt >= clientSettings.maxAttempts || tokens < kind.tokens) throw error;
        tokens -= kind.tokens;
        spent = kind.tokens;
        const { chance } = context.occurrence(`${caller.name}/retry`, caller.about);
        await after(chance(1) * Math.min(LONGEST_MILLISECONDS, kind.baseMilliseconds * 2 ** (attempt - 1)));
      }
    }
  };
}

/** What a plan's faults throw is left after the client's repeats; only the model's own is repeated. */
function kindOf(error: unknown) {
  const { isRepeatable, name, throttlingReasons } = error as {
    name?: string;
    throttlingReasons?: unknown;
    isRepeatable?: boolean;
  };
  if (throttlingReasons !== undefined || name === "TransactionInProgressException") return throttling;
  return isRepeatable ? transient : undefined;
}
