// Data: what is stored can be restored, is encrypted, and outlives a mistake in production.
import { eventTypes, sourceOf } from "@order-saga/contracts";
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import { services } from "@order-saga/services";
import { all, type Graph, parse, type Resource } from "../graph.ts";
import { statementsOf } from "../policy.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, sameSet, unless } from "./promise.ts";
import { tablesOf } from "./tables.ts";

function inProduction(graph: Graph, check: () => string[]): string[] {
  return graph.stage === "production" ? check() : [];
}

/** Of a restored table the operator makes these settings, by docs/runbooks/restore.md. */
const tablesMade = ({ resources }: Graph) => resources.filter(({ type }) => type === types.table);

function isOfKeys(graph: Graph, { arn }: Resource): boolean {
  return tablesOf(graph, KEYS_TABLE).some((each) => each.arn === arn);
}

function keyArn(graph: Graph): string | undefined {
  return all(graph, types.key)[0]?.arn;
}

export const dataPromises: readonly DeploymentPromise[] = [
  promise(
    "every table but that of the customers' keys can be restored to any second of the last weeks",
    (graph) =>
      unless(
        tablesMade(graph).filter((each) => !isOfKeys(graph, each)),
        ({ inputs }) => inputs.pointInTimeRecovery?.enabled === true,
        () => "no point-in-time recovery",
      ),
  ),
  promise(
    "the customers' keys are kept once: no earlier state, stream or copy has a key that was deleted",
    (graph) => {
      const keys = tablesMade(graph).filter((each) => isOfKeys(graph, each));
      const copied = graph.resources
        .filter(({ type }) => type === types.backupSelection)
        .flatMap(({ inputs }): string[] => inputs.resources ?? []);
      return [
        ...(keys.length === 1 ? [] : [`there are ${keys.length} tables of keys`]),
        ...unless(
          keys,
          ({ arn, inputs }) =>
            inputs.pointInTimeRecovery?.enabled === false && !inputs.streamEnabled && !copied.includes(arn),
          () => "is kept elsewhere too",
        ),
      ];
    },
  ),
  promise("every table is encrypted with a key of the account", (graph) =>
    unless(
      tablesMade(graph),
      ({ inputs }) => inputs.serverSideEncryption?.enabled === true,
      () => "encrypted with AWS's own key at most",
    ),
  ),
  promise("no record expires by itself", (graph) =>
    unless(
      tablesMade(graph),
      ({ inputs }) => !inputs.ttl?.enabled,
      () => "has a TTL",
    ),
  ),
  promise("production's tables are protected from deletion", (graph) =>
    inProduction(graph, () =>
      unless(
        tablesMade(graph),
        ({ inputs }) => inputs.deletionProtectionEnabled === true,
        () => "can be deleted",
      ),
    ),
  ),
  promise("production's tables, queues and key are kept when the stage is removed", (graph) =>
    inProduction(graph, () =>
      unless(
        [...tablesMade(graph), ...all(graph, types.queue), ...all(graph, types.key)],
        ({ options }) => options.retainOnDelete === true,
        () => "would be deleted with what it holds",
      ),
    ),
  ),
  promise("`sst remove` is refused in production", (graph) =>
    // biome-ignore lint/complexity/useLiteralKeys: SST's own name for it
    inProduction(graph, () => (graph.outputs["_protect"] === true ? [] : ["the stage is not protected"])),
  ),
  promise("the bus is encrypted with the stage's key and keeps what it could not encrypt", (graph) =>
    unless(
      all(graph, types.bus),
      ({ inputs }) =>
        inputs.kmsKeyIdentifier === keyArn(graph) &&
        all(graph, types.queue).some(({ arn }) => arn === inputs.deadLetterConfig?.arn),
      () => "not encrypted with the stage's key, or without a dead-letter queue",
    ),
  ),
  promise("every event is archived, encrypted, for a while", (graph) =>
    unless(
      all(graph, types.archive),
      ({ inputs }) =>
        inputs.eventSourceArn === all(graph, types.bus)[0]?.arn &&
        inputs.kmsKeyIdentifier === keyArn(graph) &&
        inputs.retentionDays >= (graph.stage === "production" ? 30 : 1) &&
        sameSet(
          parse<{ source: string[] }>(inputs.eventPattern).source,
          services.map(({ name }) => sourceOf(name)),
        ),
      ({ inputs }) => JSON.stringify(inputs),
    ),
  ),
  promise("the key rotates, and EventBridge may use it for this bus only", (graph) =>
    unless(all(graph, types.key), keyIsConfined(graph), () => "used by others, or never rotated"),
  ),
  promise("every event type has its schema in the registry", (graph) => {
    if (graph.stage !== (graph.settings.SCHEMAS_OWNER ?? "production")) return [];
    const names = new Set(all(graph, types.schema).map(({ inputs }) => String(inputs.name).split("@")[1]));
    return eventTypes.filter((type) => !names.has(type)).map((type) => `${type}: no schema`);
  }),
];

function keyIsConfined(graph: Graph): (key: Resource) => boolean {
  const busArn = all(graph, types.bus)[0]?.arn ?? "";
  return ({ inputs }) => {
    const uses = statementsOf(inputs.policy).filter(
      ({ actions, principals }) =>
        principals.includes("Service:events.amazonaws.com") && actions.includes("kms:Decrypt"),
    );
    return (
      inputs.enableKeyRotation === true &&
      uses.length === 1 &&
      uses.every(
        ({ conditions }) =>
          conditions["StringEquals kms:EncryptionContext:aws:events:event-bus:arn"]?.join() === busArn &&
          conditions["StringEquals aws:SourceAccount"] !== undefined,
      )
    );
  };
}
