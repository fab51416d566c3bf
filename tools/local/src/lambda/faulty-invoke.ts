// A function that fails, dies or hangs on request, before or after it has done its work.
import { failedIds } from "@order-saga/worker/batch-response";
import type { SQSEvent } from "aws-lambda";
import { InvocationError } from "./sandbox.ts";

export type InvocationFault =
  /** These records are reported as failed, and the function does not see them. */
  | { kind: "fail"; messageIds: ReadonlySet<string> }
  /** The whole batch has no answer. */
  | { kind: "crash" | "time-out"; effect: "before" | "after" };

type Invoke = (event: SQSEvent) => Promise<unknown>;

const errors = {
  crash: () => new InvocationError("Runtime.ExitError", "the process ended: a fault was asked for"),
  "time-out": () => new InvocationError("Sandbox.Timedout", "no answer in time: a fault was asked for"),
};

export function withInvocationFaults(
  invoke: Invoke,
  faultOf: (event: SQSEvent) => InvocationFault | undefined,
): Invoke {
  return async (event) => {
    const fault = faultOf(event);
    if (!fault) return invoke(event);
    if (fault.kind === "fail") return invokeWithout(invoke, event, fault.messageIds);
    // As in Lambda: who loses the answer cannot know what was done, and the messages come back.
    if (fault.effect === "after") await invoke(event);
    throw errors[fault.kind]();
  };
}

async function invokeWithout(invoke: Invoke, event: SQSEvent, failing: ReadonlySet<string>) {
  const Records = event.Records.filter(({ messageId }) => !failing.has(messageId));
  const result = Records.length > 0 ? await invoke({ Records }) : null;
  const failed = [...failing, ...failedIds(result, Records)];
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
