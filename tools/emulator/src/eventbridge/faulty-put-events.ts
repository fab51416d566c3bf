// Injects faults into PutEvents: refused entries, throttling or a lost answer.
import { AnswerLost } from "../answer-lost.ts";
import type { EventBridge } from "./index.ts";
import { MAXIMUM_ENTRIES } from "./put-events.ts";

export type PutEventsEntry = { Source?: string; DetailType?: string; Detail?: string; EventBusName?: string };

export type PutEventsFault =
  /** The entries at these positions are refused; the others are accepted. */
  | { outcome: "refused"; entries: ReadonlySet<number> }
  | { outcome: "throttled" }
  | { outcome: "answer-lost" };

/** EventBridge API reference, "PutEventsResultEntry": the error codes that are worth trying again. */
const refusal = { ErrorCode: "InternalFailure", ErrorMessage: "Internal failure: a fault was asked for." };

export function withPutEventsFaults(
  eventBridge: EventBridge,
  faultOf: (entries: readonly PutEventsEntry[]) => PutEventsFault | undefined = () => undefined,
): EventBridge {
  async function putSome(entries: readonly PutEventsEntry[], refused: ReadonlySet<number>, input: object) {
    const Entries = entries.filter((_, index) => !refused.has(index));
    if (Entries.length === 0) return { status: 200, body: merged(entries.length, refused, []) };
    const { status, body } = await eventBridge.handle("PutEvents", { ...input, Entries });
    if (status !== 200) return { status, body };
    return { status, body: merged(entries.length, refused, (body as { Entries: object[] }).Entries) };
  }

  return {
    ...eventBridge,
    async handle(operation, input) {
      const entries = operation === "PutEvents" ? entriesOf(input) : undefined;
      const fault = entries && faultOf(entries);
      if (!fault) return eventBridge.handle(operation, input);
      switch (fault.outcome) {
        case "throttled":
          return { status: 400, body: { __type: "ThrottlingException", message: "Rate exceeded" } };
        case "answer-lost":
          await eventBridge.handle(operation, input);
          throw new AnswerLost("PutEvents was carried out.");
        case "refused":
          return putSome(entries, fault.entries, input as object);
      }
    },
  };
}

/** Undefined for an invalid request, which EventBridge itself refuses. */
function entriesOf(input: unknown): PutEventsEntry[] | undefined {
  const entries = (input as { Entries?: unknown } | null)?.Entries;
  if (!Array.isArray(entries) || entries.length > MAXIMUM_ENTRIES) return undefined;
  return entries.every((each) => typeof each === "object" && each !== null) ? entries : undefined;
}

/** The answer for all entries in their order, from the answers to the accepted ones. */
function merged(count: number, refused: ReadonlySet<number>, answers: readonly object[]) {
  const left = [...answers];
  const Entries = Array.from({ length: count }, (_, index) =>
    refused.has(index) ? refusal : (left.shift() ?? refusal),
  );
  return { FailedEntryCount: Entries.filter((each) => "ErrorCode" in each).length, Entries };
}
