// Grants: a role is what grants.ts says of its function, and the keys of items tell whose they are.
import { decide, judgeOf } from "@order-saga/iam/evaluate";
import { readPolicy } from "@order-saga/iam/policy";
import { type GrantSource, grantsOf } from "@order-saga/messaging/grants";
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import { policyOf } from "@order-saga/messaging/role";
import {
  adjustmentRecord,
  gaugesRecord,
  orderQuotaRecord,
  productRecord,
  recordKinds,
  stockRecord,
  turnRecord,
  waitRecord,
  webhookDeliveryRecord,
  webhookEndpointRecord,
} from "@order-saga/protocol/records";
import { find, type Graph, physical, type Resource } from "../graph.ts";
import { type Statement, statementsOf } from "../policy.ts";
import { types } from "../types.ts";
import { bucketOf } from "./buckets.ts";
import { type Deployed, deployed } from "./deployed.ts";
import { type DeploymentPromise, promise, sameSet, unless } from "./promise.ts";
import { tablesOf } from "./tables.ts";

/** Where the resources of the graph are. */
function sourceIn(
  graph: Graph,
  { function: { arn, inputs }, grants, service }: Deployed,
): GrantSource<string> {
  const arnOf = (type: string, matches: (each: Resource) => boolean) =>
    find(graph, type, matches)?.arn ?? `no ${type}`;
  const table = () => tablesOf(graph, service.name)[0]?.arn ?? "no table";
  const mailFrom: string = inputs.environment?.variables?.MAIL_FROM ?? "";
  return {
    functionArns: () => [arn, `${arn}:*`],
    logStreams: () =>
      `${arnOf(types.logGroup, (each) => each.inputs.name === inputs.loggingConfig?.logGroup)}:log-stream:*`,
    table,
    keysTable: () => tablesOf(graph, KEYS_TABLE)[0]?.arn ?? "no table",
    index: (name) => `${table()}/index/${name}`,
    bus: () => arnOf(types.bus, () => true),
    queue: (name) => arnOf(types.queue, (each) => each.inputs.name === physical(graph, name)),
    bucket: () => bucketOf(graph, service)?.arn ?? "no bucket",
    objects: (pattern) => `${bucketOf(graph, service)?.arn ?? "no bucket"}/${pattern}`,
    key: () => arnOf(types.key, () => true),
    // Which identities are the stage's is a promise about mail.
    mail: () => grants.find(({ actions }) => actions.includes("ses:SendRawEmail"))?.resources ?? [],
    mailAddress: () => /<(.+)>/.exec(mailFrom)?.[1] ?? mailFrom,
  };
}

/** The operations whose requests always have a key: `ForAllValues` holds for a request that has none. */
const keyedActions = ["BatchGetItem", "ConditionCheckItem", "GetItem", "PutItem", "Query", "UpdateItem"].map(
  (operation) => `dynamodb:${operation}`,
);

const leadingKeys = "ForAllValues:StringLike dynamodb:LeadingKeys";

/** Whether the role may write an item of the table with this partition key. */
function mayWrite({ role }: Deployed, resource: string, key: string): boolean {
  const policies: { policy: string }[] = role.inputs.inlinePolicies ?? [];
  const context = { "dynamodb:leadingkeys": [key] };
  return policies.some(({ policy }) => {
    const judge = judgeOf(readPolicy(policy));
    return ["PutItem", "UpdateItem", "DeleteItem"].some((operation) => {
      const request = { principal: "", action: `dynamodb:${operation}`, resource, context };
      return decide(request, judge, undefined) === "allowed";
    });
  });
}

/** The functions that write what is no order's record; an order's record is written by its service. */
const writers: Readonly<Record<string, readonly string[]>> = {
  [productRecord.sk]: ["orders-put-product"],
  [gaugesRecord.sk]: [
    "orders-place-order",
    "orders-place-child",
    "orders-track-order",
    "orders-sweep-orders",
  ],
  [turnRecord.sk]: ["orders-place-order", "orders-place-child"],
  [orderQuotaRecord.sk]: ["orders-place-order", "orders-place-bulk"],
  [waitRecord.sk]: ["orders-get-order"],
  [stockRecord.sk]: [
    "inventory-reserve-stock",
    "inventory-commit-stock",
    "inventory-release-stock",
    "inventory-import-stock",
    "inventory-adjust-stock",
  ],
  [adjustmentRecord.sk]: ["inventory-adjust-stock"],
  [webhookDeliveryRecord.sk]: [
    "webhooks-tell-storefront",
    "webhooks-deliver-webhook",
    "webhooks-sweep-webhooks",
  ],
  [webhookEndpointRecord.sk]: ["webhooks-deliver-webhook", "webhooks-sweep-webhooks"],
};

/** A stage without an optional service has none of its records. */
const recordKindsOf = (graph: Graph) => {
  const services = new Set(deployed(graph).map(({ service }) => service.name));
  return recordKinds.filter(({ service }) => services.has(service));
};

export const grantPromises: readonly DeploymentPromise[] = [
  promise("a function's role is the grants of its manifest, and nothing more", (graph) =>
    unless(
      deployed(graph),
      (each) => {
        const granted = statementsOf(policyOf(grantsOf(each.service, each.manifest, sourceIn(graph, each))));
        return sameSet(each.grants.map(inOrder), granted.map(inOrder));
      },
      ({ grants }) => `has ${JSON.stringify(grants)}`,
    ),
  ),
  promise("each kind of record is written by the functions that own it, and by no other", (graph) =>
    recordKindsOf(graph).flatMap(({ key, service, sk }) => {
      const table = tablesOf(graph, service)[0]?.arn ?? `no table of ${service}`;
      const may = deployed(graph).filter((each) => mayWrite(each, table, key("any").pk));
      const names = may.map(({ name }) => name);
      const wanted = writers[sk];
      const owned = wanted
        ? sameSet(names, wanted)
        : may.length > 0 && may.every((each) => each.service.name === service);
      return owned ? [] : [`${sk}: may be written by ${names.join(", ")}`];
    }),
  ),
  promise("a function names the keys of the items it uses, in operations that have a key", (graph) =>
    unless(
      deployed(graph),
      ({ grants }) =>
        grants
          .filter(({ actions }) => actions.some((action) => action.startsWith("dynamodb:")))
          .every(
            ({ actions, conditions, resources }) =>
              actions.every((action) => keyedActions.includes(action)) &&
              ((conditions[leadingKeys] ?? []).length > 0 || resources.every(isDueIndex)),
          ),
      ({ grants }) => `has ${JSON.stringify(grants)}`,
    ),
  ),
  promise(
    "a function decrypts its own variables and its bucket's objects, and no other ciphertext",
    (graph) =>
      unless(
        deployed(graph),
        (each) =>
          each.grants
            .filter(({ actions }) => actions.some((action) => action.startsWith("kms:")))
            .every((statement) => isOfVariables(each, statement) || isOfObjects(graph, each, statement)),
        ({ grants }) => `has ${JSON.stringify(grants)}`,
      ),
  ),
];

function isOfVariables({ function: { arn } }: Deployed, { actions, conditions }: Statement): boolean {
  const functions = conditions["StringLike kms:EncryptionContext:aws:lambda:FunctionArn"];
  return actions.join() === "kms:Decrypt" && functions?.join() === [arn, `${arn}:*`].join();
}

function isOfObjects(graph: Graph, { manifest, service }: Deployed, statement: Statement): boolean {
  const { actions, conditions } = statement;
  const { get, put } = manifest.objects === "none" ? {} : manifest.objects;
  const may = [...(get ? ["kms:Decrypt"] : []), ...(put ? ["kms:GenerateDataKey"] : [])];
  const bucket = bucketOf(graph, service)?.arn;
  return (
    actions.every((action) => may.includes(action)) &&
    bucket !== undefined &&
    conditions["StringEquals kms:EncryptionContext:aws:s3:arn"]?.join() === bucket
  );
}

/** The shards of the index are numbers, which do not tell whose records they hold. */
const isDueIndex = (resource: string) => resource.endsWith("/index/due");

/** A statement as text, with its lists sorted. */
function inOrder(statement: object): string {
  return JSON.stringify(statement, (_, value: unknown) => {
    if (Array.isArray(value)) return [...value].sort();
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
