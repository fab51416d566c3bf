// Mistakes in what the services share: a reaction's edge, the publisher, the layers, the contract's checks.
import type { Mutant } from "./mutant.ts";

const edge = "messaging/src/reaction.ts";
const publisher = "messaging/src/publisher.ts";
const message = "messaging/src/message.ts";

export const messagingMutants: readonly Mutant[] = [
  {
    name: "event-claimed-before-it-is-handled",
    why: "Each execution environment remembers the events it has begun, so that a retry of a failed one is taken for a duplicate.",
    file: edge,
    find: "const says = await react(event,",
    replace:
      "if (begun.has(event.id)) return;\n      begun.add(event.id);\n      const says = await react(event,",
    also: [
      {
        file: edge,
        find: "const log = ports.log.with({ reaction: manifest.name });",
        replace:
          "const log = ports.log.with({ reaction: manifest.name });\n  const begun = new Set<string>();",
      },
    ],
  },
  {
    name: "deduped-by-message-id",
    why: "Each execution environment remembers the ids of the SQS messages it was handed, and skips one that comes back.",
    file: edge,
    find: "const attempt = Number(record.attributes.ApproximateReceiveCount);\n    const delivery",
    replace:
      "if (handed.has(record.messageId)) return;\n    handed.add(record.messageId);\n    const attempt = Number(record.attributes.ApproximateReceiveCount);\n    const delivery",
    also: [
      {
        file: edge,
        find: "const log = ports.log.with({ reaction: manifest.name });",
        replace:
          "const log = ports.log.with({ reaction: manifest.name });\n  const handed = new Set<string>();",
      },
    ],
  },
  {
    name: "everything-said-again",
    why: "A duplicate is answered with all that was ever recorded, whatever its layer.",
    file: "contracts/src/events/index.ts",
    find: ".filter((event) => layerOf[event.type] > layerOf[heard])\n",
    replace: "",
    also: [{ file: edge, find: "assertMaySay(manifest, says, event.type);", replace: "" }],
  },
  {
    name: "failed-entries-not-counted",
    why: "PutEvents has answered, so the events are taken to be on the bus.",
    file: publisher,
    find: "if ((answer.FailedEntryCount ?? 0) === 0) return;",
    replace: "if (answer.Entries) return;",
  },
  {
    name: "failed-entries-forgotten",
    why: "What is sent again are the entries that were taken, not those that were refused.",
    file: publisher,
    find: "left = refused.length > 0 ? refused.map(({ each }) => each) : left;",
    replace:
      "left = left.filter((each) => !refused.some((other) => other.each === each));\n    if (left.length === 0) return;",
  },
  {
    name: "published-without-waiting",
    why: "The message is acknowledged while its events are still under way to the bus.",
    file: edge,
    find: "await ports.publish(events);",
    replace: "ports.publish(events).catch(() => {});",
  },
  {
    name: "batch-failures-swallowed",
    why: "An error is logged and the whole batch acknowledged.",
    file: edge,
    find: "if (!(error instanceof PermanentError)) throw error;",
    replace: "if (!(error instanceof PermanentError)) return;",
  },
  {
    name: "poison-dropped",
    why: "A message that cannot be read is logged and acknowledged.",
    file: edge,
    find: "await ports.park({ body: record.body, reaction: manifest.name, attempts: attempt, error });",
    replace: "",
  },
  {
    name: "parking-not-awaited",
    why: "A message is acknowledged before the dead-letter queue has taken it.",
    file: edge,
    find: "await ports.park({",
    replace: "ports.park({",
    also: [
      {
        file: edge,
        find: "attempts: attempt, error });",
        replace: "attempts: attempt, error }).catch(() => {});",
      },
    ],
  },
  {
    name: "any-source-trusted",
    why: "Any source that can put an event on the queue is believed.",
    file: message,
    find: "if (source !== sourceOfEvent(type)) {",
    replace: "if (source === type) {",
  },
  {
    name: "any-id-trusted",
    why: "An event's id is taken as it comes.",
    file: message,
    find: "if (event.data.id !== eventId(subjectOf(event.data), type, entryOf(event.data))) {",
    replace: 'if (event.data.id === "") {',
  },
  {
    name: "condition-failure-taken-as-success",
    why: "A write that lost a race is taken to have been made, because the record is there.",
    file: "messaging/src/dynamodb.ts",
    find: 'if (isConditionFailed(error)) return "lost";',
    replace: 'if (isConditionFailed(error)) return "written";',
  },
];
