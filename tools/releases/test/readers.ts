// The last release's reactions alone, in a world in which only queues answer.
import type { DomainEvent, EventType } from "@order-saga/contracts";
import { entryOf, eventId, sourceOfEvent, subjectOf } from "@order-saga/contracts";
import { allReactions } from "@order-saga/messaging/topology";
import { loadFunctions, variablesOf } from "@order-saga/simulation/load-functions";
import type { ReleasedCode } from "../src/bundle.ts";

type Reader = {
  name: string;
  hears: readonly string[];
  /** Why it parks the event at once; undefined if it has read it, whatever came of its work. */
  refusalOf(event: unknown): Promise<string | undefined>;
};

type Sent = { input: { MessageAttributes?: Record<string, { StringValue?: string }> } };

export async function readersOf({ load, services }: ReleasedCode): Promise<Reader[]> {
  const functions = await loadFunctions(async (service, name) => load[`${service}-${name}`]?.());
  const variables = variablesOf(services);
  return allReactions(services).map(({ manifest, service }) => {
    const name = `${service}-${manifest.name}`;
    const sent: Sent[] = [];
    const queues = { send: async (command: Sent) => void sent.push(command) };
    const away = { send: async () => Promise.reject(new Error("Nothing else is here.")) };
    const handler = functions.get(name)?.create({
      variable: (variable) => variables.get(name)?.[variable],
      now: () => 0,
      newId: () => "id",
      random: (bytes) => new Uint8Array(bytes),
      pause: async () => {},
      wait: async () => {},
      write: () => {},
      client: (kind) => (kind === "sqs" ? queues : away) as never,
    });
    return {
      name,
      hears: manifest.hears,
      async refusalOf(event) {
        sent.length = 0;
        await handler?.({ Records: [recordOf(event as DomainEvent)] } as never, context as never);
        // What is put off is sent to the reaction's own queue, without an error.
        const errors = sent
          .map(({ input }) => input.MessageAttributes ?? {})
          .filter(({ errorName }) => errorName);
        const [error] = errors;
        return error && `${error.errorName?.StringValue}: ${error.errorMessage?.StringValue}`;
      },
    };
  });
}

const context = { awsRequestId: "request", getRemainingTimeInMillis: () => 30_000 };

/** As EventBridge puts it on the queue, for the last time. */
function recordOf(event: DomainEvent) {
  const { type } = event;
  const body = { source: sourceOfEvent(type as EventType), "detail-type": type, detail: derived(event) };
  return {
    messageId: "message",
    body: JSON.stringify(body),
    attributes: { ApproximateReceiveCount: "5" },
    messageAttributes: {},
  };
}

/** With the id that follows from what it is about, which a schema cannot say. */
const derived = (event: DomainEvent): DomainEvent =>
  ({ ...event, id: eventId(subjectOf(event), event.type, entryOf(event)) }) as DomainEvent;
