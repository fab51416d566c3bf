// Every operation of the SDK clients works or is refused by the service's own error.
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as eventBridge from "@aws-sdk/client-eventbridge";
import * as ses from "@aws-sdk/client-ses";
import * as sesV2 from "@aws-sdk/client-sesv2";
import * as sqs from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../src/endpoint.ts";

let endpoint: AwsEndpoint;
beforeAll(async () => {
  endpoint = await startAwsEndpoint({ port: 0, directory: undefined });
});
afterAll(() => endpoint.stop());

type Client = { send(command: object, options: object): Promise<object> };
type Service = {
  name: string;
  module: object;
  client: new (config: object) => object;
  /** The service's error for an unknown operation. */
  unknown: { name: string; statusCode: number };
  served: string;
};

const services: Service[] = [
  {
    name: "EventBridge",
    module: eventBridge,
    client: eventBridge.EventBridgeClient,
    unknown: { name: "UnknownOperationException", statusCode: 400 },
    served: `CancelReplay CreateArchive CreateEventBus DeleteArchive DeleteEventBus DeleteRule DescribeArchive
      DescribeEventBus DescribeReplay DescribeRule DisableRule EnableRule ListArchives ListEventBuses ListReplays
      ListRuleNamesByTarget ListRules ListTagsForResource ListTargetsByRule PutEvents PutRule PutTargets RemoveTargets
      StartReplay TagResource TestEventPattern UntagResource UpdateArchive`,
  },
  {
    name: "SQS",
    module: sqs,
    client: sqs.SQSClient,
    unknown: { name: "InvalidAction", statusCode: 400 },
    served: `CancelMessageMoveTask ChangeMessageVisibility ChangeMessageVisibilityBatch CreateQueue DeleteMessage
      DeleteMessageBatch DeleteQueue GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListMessageMoveTasks
      ListQueueTags ListQueues PurgeQueue ReceiveMessage SendMessage SendMessageBatch SetQueueAttributes
      StartMessageMoveTask TagQueue UntagQueue`,
  },
  {
    name: "DynamoDB",
    module: dynamodb,
    client: dynamodb.DynamoDBClient,
    unknown: { name: "UnknownOperationException", statusCode: 400 },
    served: `BatchGetItem BatchWriteItem CreateTable DeleteItem DeleteTable DescribeContinuousBackups DescribeTable
      DescribeTimeToLive GetItem ListTables ListTagsOfResource PutItem Query Scan TagResource TransactGetItems
      TransactWriteItems UntagResource UpdateItem UpdateTable UpdateTimeToLive`,
  },
  {
    name: "SES",
    module: ses,
    client: ses.SESClient,
    unknown: { name: "InvalidAction", statusCode: 400 },
    served: `CreateConfigurationSet DeleteConfigurationSet DeleteIdentity GetAccountSendingEnabled
      GetIdentityVerificationAttributes GetSendQuota SendEmail SendRawEmail VerifyDomainIdentity VerifyEmailIdentity`,
  },
  {
    name: "SES version 2",
    module: sesV2,
    client: sesV2.SESv2Client,
    unknown: { name: "UnknownOperationException", statusCode: 404 },
    served: "",
  },
];

type Command = { schema?: [unknown, unknown, unknown, { http?: [string, string, number] }] };
type Answered = { name: string; statusCode: number | undefined; body: string };

/** Sends a request with only the parameters of its path. */
async function ask({ module, client }: Service, operation: string): Promise<Answered> {
  const Command = (module as Record<string, new (input: object) => Command>)[`${operation}Command`];
  if (!Command) throw new Error(`The client has no ${operation}.`);
  const path = new Command({}).schema?.[3]?.http?.[1] ?? "";
  const labels = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, label = ""]) => [label, "x"]);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const config = { endpoint: endpoint.url, region: "eu-west-1", credentials, maxAttempts: 1 };
  const sent = (new client(config) as Client).send(new Command(Object.fromEntries(labels)), {
    abortSignal: AbortSignal.timeout(10_000),
  });
  return sent.then(
    ({ $metadata, ...body }: { $metadata?: { httpStatusCode?: number } }) => ({
      name: "",
      statusCode: $metadata?.httpStatusCode,
      body: JSON.stringify(body),
    }),
    (error) => ({ name: error.name, statusCode: error.$metadata?.httpStatusCode, body: "" }),
  );
}

const operationsOf = (module: object) =>
  Object.keys(module)
    .filter((name) => /^[A-Z]\w+Command$/.test(name))
    .map((name) => name.slice(0, -"Command".length))
    .filter((name) => name !== "");

/** Operations that accept an empty request. */
const work = new Set([
  "DescribeEventBus",
  "GetAccountSendingEnabled",
  "GetIdentityVerificationAttributes",
  "GetSendQuota",
  "ListArchives",
  "ListEventBuses",
  "ListQueues",
  "ListReplays",
  "ListRules",
  "ListTables",
]);

test.each(services)(
  "$name has every operation that is served, and the client of each",
  ({ module, served }) => {
    const operations = operationsOf(module);
    expect(operations.length).toBeGreaterThan(20);
    for (const name of names(served)) expect(operations).toContain(name);
  },
);

const names = (list: string) => list.split(/\s+/).filter(Boolean);

test.each(services)("$name answers every other operation with its own error for that", async (service) => {
  const served = new Set(names(service.served));
  const others = operationsOf(service.module).filter((name) => !served.has(name));
  for (const operation of others) {
    expect(await ask(service, operation), operation).toEqual({ ...service.unknown, body: "" });
  }
});

test.each(services)(
  "$name answers an empty request for what it serves, or says what is missing",
  async (service) => {
    for (const operation of names(service.served)) {
      const { name, statusCode, body } = await ask(service, operation);
      if (work.has(operation)) expect({ statusCode, name }, operation).toEqual({ statusCode: 200, name: "" });
      else {
        expect(statusCode, `${operation}: ${name} ${body}`).toBe(400);
        expect(name, operation).toMatch(/^[A-Z]\w+$/);
        expect(name, operation).not.toBe(service.unknown.name);
      }
    }
  },
);

test.each(["GET", "POST", "DELETE", "PUT"])(
  "%s of an unknown path is refused by name, by every service",
  async (method) => {
    const ask = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(`${endpoint.url}${path}`, {
        method,
        headers,
        signal: AbortSignal.timeout(10_000),
      });
      return { status: answer.status, body: await answer.json() };
    };
    expect(await ask("/v2/email/nonsense")).toMatchObject({
      status: 404,
      body: { __type: "UnknownOperationException", message: expect.stringMatching(/\w/) },
    });
    expect(await ask("/v1/nonsense", { authorization: "Bearer sk_test" })).toMatchObject({
      status: 404,
      body: { error: { type: "invalid_request_error", message: expect.stringContaining("/v1/nonsense") } },
    });
  },
);
