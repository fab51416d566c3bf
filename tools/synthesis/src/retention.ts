// What a stage keeps and for how long, from its rendered graph.
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import type { Graph, Resource } from "./graph.ts";
import { tablesOf } from "./promises/tables.ts";
import { types } from "./types.ts";

/** For how long each kind of store keeps what is in it; each kind names what is personal in it. */
export type Kept = { store: string; personal: string; kept: string };

const contact = "contact and free texts under the customer's key, customer id";
const nothing = "nothing";

const of = ({ resources }: Graph, type: string) => resources.filter((each) => each.type === type);

/** An object that expires becomes a version that was replaced, and is deleted as one. */
function uploads({ inputs: { rules } }: Resource): string {
  const [{ expiration, noncurrentVersionExpiration }] = rules;
  return `${expiration.days + noncurrentVersionExpiration.noncurrentDays} days`;
}

export function keptBy(graph: Graph): Kept[] {
  const queues = of(graph, types.queue);
  const isDead = ({ inputs }: Resource) => /-(dlq|undelivered)$/.test(inputs.name);
  const logs = of(graph, types.logGroup);
  const isFunctions = ({ inputs }: Resource) => String(inputs.name).startsWith("/aws/lambda/");
  const keys = tablesOf(graph, KEYS_TABLE).map(({ arn }) => arn);
  const tables = of(graph, types.table).filter(({ arn }) => !keys.includes(arn));
  const ofKeys = of(graph, types.table).filter(({ arn }) => keys.includes(arn));
  const recoverable = tables.every(({ inputs }) => inputs.pointInTimeRecovery?.enabled);
  const [rule] = of(graph, types.backupPlan).flatMap(({ inputs }) => inputs.rules ?? []);
  const days = (field: string) => (each: Resource) => `${each.inputs[field]} days`;
  const seconds = ({ inputs }: Resource) => `${inputs.messageRetentionSeconds / 86_400} days`;
  const row = (store: string, personal: string, given: readonly string[]): Kept => ({
    store,
    personal,
    kept: [...new Set(given)].join(", ") || "not made",
  });
  return [
    row(
      "tables",
      contact,
      tables.map(({ inputs }) => (inputs.ttl?.enabled ? "until its TTL" : "for ever")),
    ),
    row(
      "table of the customers' keys",
      "what opens all that is under them",
      ofKeys.map(({ inputs }) =>
        inputs.pointInTimeRecovery?.enabled
          ? "35 days after a customer is forgotten"
          : "until the customer is forgotten",
      ),
    ),
    row("tables' earlier states", contact, recoverable && tables.length > 0 ? ["35 days"] : []),
    row(
      "copies in another region",
      contact,
      rule ? rule.copyActions.map((copy: Copy) => `${copy.lifecycle.deleteAfter} days`) : [],
    ),
    row("events in the archive", contact, of(graph, types.archive).map(days("retentionDays"))),
    row("messages in queues", contact, queues.filter((each) => !isDead(each)).map(seconds)),
    row("messages in dead-letter queues", contact, queues.filter(isDead).map(seconds)),
    row("logs of functions", "order ids", logs.filter(isFunctions).map(days("retentionInDays"))),
    row("uploaded stock feeds", nothing, of(graph, types.bucketLifecycle).map(uploads)),
    row(
      "access log of the API",
      nothing,
      logs.filter((each) => !isFunctions(each)).map(days("retentionInDays")),
    ),
    row(
      "the key, once its deletion is asked for",
      nothing,
      of(graph, types.key).map(days("deletionWindowInDays")),
    ),
  ];
}

type Copy = { lifecycle: { deleteAfter: number } };

/** The table of docs/retention.md. */
export function retentionTable(production: Graph, other: Graph): string {
  const others = keptBy(other);
  const rows = keptBy(production).map(({ kept, personal, store }, index) => {
    return `| ${store} | ${personal} | ${kept} | ${others[index]?.kept} |`;
  });
  return [
    "| store | personal in it | production | any other stage |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}
