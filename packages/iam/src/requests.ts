// What a call asks of IAM: an action on a resource, once for each part, with the values of its condition
// keys. Source: Service Authorization Reference; DynamoDB developer guide, "Using IAM policy conditions for
// fine-grained access control" and "IAM with transactions"; SQS developer guide, "Amazon SQS API
// permissions".
import type { Context } from "./conditions.ts";
import type { Request } from "./evaluate.ts";

type Input = Readonly<Record<string, unknown>>;

/**
 * A call by its names in AWS's model. Attribute values are DynamoDB's own, or what its document client
 * takes.
 */
export type Call = {
  readonly service: "dynamodb" | "eventbridge" | "s3" | "ses" | "sqs";
  readonly operation: string;
  readonly input: Input;
};

export type Account = { readonly region: string; readonly accountId: string };

/** The partition key's name of a table, or of its index; undefined for a table that is not there. */
export type PartitionKeyOf = (table: string, index: string | undefined) => string | undefined;

export type Asked = Omit<Request, "principal">;

export function requestsOf(call: Call, account: Account, partitionKeyOf: PartitionKeyOf): Asked[] {
  switch (call.service) {
    case "dynamodb":
      return tableRequests(call, account, partitionKeyOf);
    case "eventbridge":
      return busRequests(call, account);
    case "s3":
      return [objectRequest(call)];
    case "ses":
      return mailRequests(call, account);
    case "sqs":
      return [queueRequest(call, account)];
  }
}

const arnOf = (service: string, { accountId, region }: Account, resource: string) =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const lastPart = (path: unknown) => text(path).slice(text(path).lastIndexOf("/") + 1);
const listIn = (value: unknown) => (Array.isArray(value) ? (value as Input[]) : []);
const mapIn = (value: unknown) => (typeof value === "object" && value !== null ? (value as Input) : {});

// --- DynamoDB

/** The operations that the permission of another one governs; the rest are governed by their own. */
const partActions: Readonly<Record<string, string>> = {
  ConditionCheck: "ConditionCheckItem",
  Delete: "DeleteItem",
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
};

function tableRequests({ input, operation }: Call, account: Account, keyOf: PartitionKeyOf): Asked[] {
  const asked = (
    action: string,
    table: unknown,
    keys: readonly string[] | undefined,
    more: Context = {},
  ) => ({
    action: `dynamodb:${action}`,
    resource: table === undefined ? "*" : arnOf("dynamodb", account, `table/${tableName(table)}`),
    context: { "dynamodb:leadingkeys": keys, ...more },
  });
  if (input.TransactItems !== undefined) {
    return listIn(input.TransactItems).flatMap((item) =>
      Object.entries(item).map(([part, each]) => {
        const more = { "dynamodb:enclosingoperation": operation, ...attributesOf(part, mapIn(each)) };
        const action = partActions[part] ?? part;
        return asked(action, mapIn(each).TableName, leadingKeys(part, mapIn(each), keyOf), more);
      }),
    );
  }
  if (input.RequestItems !== undefined) {
    return Object.entries(mapIn(input.RequestItems)).map(([table, given]) => {
      const items = Array.isArray(given) ? given.flatMap(writtenIn) : listIn(mapIn(given).Keys);
      return asked(operation, table, valuesOf(items, keyOf(tableName(table), undefined)));
    });
  }
  const { IndexName, TableName } = input;
  const more = {
    ...(input.Select !== undefined && { "dynamodb:select": text(input.Select) }),
    ...(input.ReturnValues !== undefined && { "dynamodb:returnvalues": text(input.ReturnValues) }),
    ...attributesOf(operation, input),
  };
  const table = IndexName === undefined ? TableName : `${tableName(TableName)}/index/${text(IndexName)}`;
  return [asked(operation, table, leadingKeys(operation, input, keyOf), more)];
}

/**
 * The top-level attributes that an update names, in its key and its expressions. No policy here asks for
 * those of another operation.
 */
function attributesOf(operation: string, input: Input): Context {
  if (operation !== "Update" && operation !== "UpdateItem") return {};
  const names = mapIn(input.ExpressionAttributeNames);
  const expressions = `${text(input.UpdateExpression)} ${text(input.ConditionExpression)}`;
  // Neither a value, nor what stands below another attribute, nor a function.
  const words = expressions.match(/(?<![:.#\w])#?[A-Za-z_]\w*(?!\w*\s*\()/g) ?? [];
  const found = words.filter((word) => !keywords.test(word)).map((word) => text(names[word] ?? word));
  return { "dynamodb:attributes": [...new Set([...Object.keys(mapIn(input.Key)), ...found])] };
}

const keywords = /^(SET|ADD|REMOVE|DELETE|AND|OR|NOT|IN|BETWEEN)$/i;

/** A table's name may also be its ARN. */
const tableName = (table: unknown) => text(table).replace(/^arn:[^/]*:table\//, "");

/** The items that a batch puts, or whose keys it deletes. */
function writtenIn(request: Input): Input[] {
  return Object.values(request).map((each) => mapIn(mapIn(each).Item ?? mapIn(each).Key));
}

/** Undefined for a call that names no partition, such as a scan. */
function leadingKeys(operation: string, input: Input, keyOf: PartitionKeyOf): string[] | undefined {
  const index = input.IndexName === undefined ? undefined : text(input.IndexName);
  const key = keyOf(tableName(input.TableName), index);
  if (operation === "Query") return queriedPartition(input, key);
  const item = input.Key ?? input.Item;
  return item === undefined ? undefined : valuesOf([mapIn(item)], key);
}

function valuesOf(items: readonly Input[], key: string | undefined): string[] | undefined {
  return key === undefined ? undefined : items.map((item) => plain(item[key]));
}

function queriedPartition(input: Input, key: string | undefined): string[] | undefined {
  const names = mapIn(input.ExpressionAttributeNames);
  const values = mapIn(input.ExpressionAttributeValues);
  const equalities = text(input.KeyConditionExpression).matchAll(/([#\w]+)\s*=\s*(:\w+)/g);
  for (const [, name = "", value = ""] of equalities)
    if (key !== undefined && (names[name] ?? name) === key) return [plain(values[value])];
  return undefined;
}

/** A text as it is, or in DynamoDB's JSON. */
function plain(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  const { B, N, S } = mapIn(value);
  return String(S ?? N ?? B ?? "");
}

// --- EventBridge

function busRequests({ input, operation }: Call, account: Account): Asked[] {
  const action = `events:${operation}`;
  const busArn = (bus: unknown) =>
    text(bus).startsWith("arn:")
      ? text(bus)
      : arnOf("events", account, `event-bus/${text(bus) || "default"}`);
  if (operation !== "PutEvents") {
    const { EventBusName, Name, Rule } = input;
    const bus = lastPart(EventBusName) || "default";
    const rule = text(Rule) || text(Name);
    const within = bus === "default" ? "" : `${bus}/`;
    return [{ action, resource: arnOf("events", account, `rule/${within}${rule}`), context: {} }];
  }
  return listIn(input.Entries).map(({ DetailType, EventBusName, Source }) => ({
    action,
    resource: busArn(EventBusName),
    context: { "events:source": text(Source), "events:detail-type": text(DetailType) },
  }));
}

// --- SQS

/** A batch needs the permission of the single action; some tools' names for batches are no actions at all. */
function queueRequest({ input, operation }: Call, account: Account): Asked {
  const { QueueName, QueueUrl, SourceArn } = input;
  const name = lastPart(QueueUrl) || text(QueueName);
  return {
    action: `sqs:${operation.replace(/Batch$/, "")}`,
    resource: text(SourceArn) || (name === "" ? "*" : arnOf("sqs", account, name)),
    context: {},
  };
}

// --- S3

/** The operations that the permission of another name governs. */
const objectActions: Readonly<Record<string, string>> = {
  CompleteMultipartUpload: "PutObject",
  CreateMultipartUpload: "PutObject",
  DeleteBucketCors: "PutBucketCORS",
  GetBucketCors: "GetBucketCORS",
  GetBucketNotificationConfiguration: "GetBucketNotification",
  HeadBucket: "ListBucket",
  HeadObject: "GetObject",
  ListBuckets: "ListAllMyBuckets",
  ListObjectsV2: "ListBucket",
  ListObjectVersions: "ListBucketVersions",
  PutBucketCors: "PutBucketCORS",
  PutBucketNotificationConfiguration: "PutBucketNotification",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
  UploadPart: "PutObject",
};

/** A version of an object has permissions of its own. */
function objectRequest({ input: { Bucket, Key, VersionId }, operation }: Call): Asked {
  const read = objectActions[operation] ?? operation;
  const isVersion = text(VersionId) !== "" && /^(Get|Delete)Object/.test(read);
  const key = text(Key) === "" ? "" : `/${text(Key)}`;
  return {
    action: `s3:${read}${isVersion ? "Version" : ""}`,
    resource: text(Bucket) === "" ? "*" : `arn:aws:s3:::${text(Bucket)}${key}`,
    context: {},
  };
}

// --- SES

/** The address that the mail is from, and the configuration set it is sent with. */
function mailRequests({ input, operation }: Call, account: Account): Asked[] {
  const action = `ses:${operation}`;
  const from = addressIn(input);
  const recipients = Object.entries(input).flatMap(([name, value]) =>
    /^Destinations?(\.|$)/.test(name) ? (Array.isArray(value) ? value.map(text) : [text(value)]) : [],
  );
  const context = { "ses:fromaddress": from, "ses:recipients": recipients };
  if (!operation.startsWith("Send")) return [{ action, resource: "*", context: {} }];
  const resources = [
    `identity/${from}`,
    ...(text(input.ConfigurationSetName) === ""
      ? []
      : [`configuration-set/${text(input.ConfigurationSetName)}`]),
  ];
  return resources.map((each) => ({ action, resource: arnOf("ses", account, each), context }));
}

/** Without the name before it. */
function addressIn({ "RawMessage.Data": encoded, RawMessage, Source }: Input): string {
  const data = mapIn(RawMessage).Data ?? encoded;
  const raw = data instanceof Uint8Array ? Buffer.from(data) : Buffer.from(text(data), "base64");
  const header = /^(?:[^\r\n]+\r?\n)*?From:[ \t]*([^\r\n]*)/i.exec(raw.toString("latin1"))?.[1];
  const from = header ?? text(Source);
  return /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();
}
