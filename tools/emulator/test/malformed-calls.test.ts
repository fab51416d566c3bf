// Calls that are not as they should be are the caller's mistake, and each is answered so: never by a 500,
// never with a stack. `CALLS=20000 SEED=7` sends more, and the same again.
import { request } from "node:http";
import { text } from "node:stream/consumers";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as eventbridge from "@aws-sdk/client-eventbridge";
import * as sqs from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../src/endpoint.ts";
import { type JsonService, requestShape } from "../src/models.ts";
import { clientsOf, createStock } from "../src/testing.ts";
import { drawn, formOf, oddTexts, type Sent, spoilt } from "./malformed.ts";

const CALLS = Number(process.env.CALLS ?? 1500);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

let endpoint: AwsEndpoint;
beforeAll(async () => {
  endpoint = await startAwsEndpoint({
    port: 0,
    directory: undefined,
    stripeApiKey: "key",
    ses: { verified: ["example.com"] },
  });
  const clients = clientsOf(endpoint);
  await createStock(clients.dynamodb);
  await clients.sqs.send(new sqs.CreateQueueCommand({ QueueName: "orders" }));
  await clients.eventBridge.send(new eventbridge.CreateEventBusCommand({ Name: "shop" }));
  const rule = { EventBusName: "shop", Name: "placed", EventPattern: '{"source":["shop"]}' };
  await clients.eventBridge.send(new eventbridge.PutRuleCommand(rule));
});
afterAll(() => endpoint.stop());

const prefixes: Record<JsonService, string> = {
  dynamodb: "DynamoDB_20120810",
  eventbridge: "AWSEvents",
  sqs: "AmazonSQS",
};
/** What would take away what the other calls are about. */
const ends = /^Delete(Table|Queue|EventBus|Rule)$/;

const operationsOf = ([service, client]: [string, object]): [JsonService, string][] =>
  Object.keys(client)
    .filter((name) => /^[A-Z]\w+Command$/.test(name) && !ends.test(name.slice(0, -7)))
    .map((name) => [service as JsonService, name.slice(0, -7)]);

const isServed = async ([service, operation]: [JsonService, string]) =>
  !/UnknownOperation|InvalidAction/.test(
    JSON.stringify((await endpoint.call({ service, operation, input: {} })).body),
  );

/** Of the operations that are served, because each of the others is refused as unknown. */
async function jsonCalls(): Promise<fc.Arbitrary<Sent>> {
  const all = Object.entries({ dynamodb, eventbridge, sqs }).flatMap(operationsOf);
  const served = await Promise.all(all.map(isServed));
  return fc.constantFrom(...all.filter((_, index) => served[index])).chain(jsonCall);
}

const jsonCall = ([service, operation]: [JsonService, string]): fc.Arbitrary<Sent> => {
  const shape = requestShape(service, operation);
  const input = shape ? drawn(shape, operation) : fc.constant({});
  const target = fc.oneof(
    { arbitrary: fc.constant(`${prefixes[service]}.${operation}`), weight: 30 },
    fc.constantFrom(
      "",
      ".",
      "AmazonSQS",
      "AmazonSQS.constructor",
      "AWSEvents.__proto__",
      "DynamoDB_20120810.$",
    ),
  );
  return fc
    .tuple(target, spoilt(input.map(asJson)))
    .map(([name, body]) => ({ method: "POST", path: "/", headers: { "x-amz-target": name }, body }));
};

/** What is deeper than the stack cannot be written by JSON.stringify. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return `{"Item":{"id":${'{"L":['.repeat(9000)}${"]}".repeat(9000)}}}`;
  }
}

const form = { "content-type": "application/x-www-form-urlencoded" };
const mailFields = [
  ...["Action", "Source", "Destination.ToAddresses.member.1", "Message.Subject.Data", "RawMessage.Data"],
  ...["Message.Body.Text.Data", "Destinations.member.1", "Tags.member.1.Name", "ConfigurationSetName"],
];
const mailCall: fc.Arbitrary<Sent> = fc
  .tuple(fc.constantFrom("SendEmail", "SendRawEmail", "VerifyEmailIdentity", "Nothing"), formOf(mailFields))
  .map(([Action, body]) => ({ method: "POST", path: "/", headers: form, body: `Action=${Action}&${body}` }));

const paymentFields = [
  ...["amount", "currency", "confirm", "payment_method", "capture_method", "metadata[orderId]", "metadata[]"],
  ...["payment_method_types[]", "expand[]", "limit", "query", "automatic_payment_methods[enabled]", "reason"],
];
const paymentPaths = [
  ...["/v1/payment_intents", "/v1/payment_intents/pi_1", "/v1/payment_intents/pi_1/capture", "/v1/refunds"],
  ...[
    "/v1/events",
    "/v1/disputes",
    "/v1/customers",
    "/v1/payment_intents/search",
    "/v1/authenticate/pi_1",
    "/v1/%",
  ],
];
const paymentCall: fc.Arbitrary<Sent> = fc
  .tuple(fc.constantFrom("GET", "POST", "DELETE"), fc.constantFrom(...paymentPaths), formOf(paymentFields))
  .map(([method, path, fields]) => ({
    method,
    path: method === "GET" ? `${path}?${fields}` : path,
    headers: { ...form, authorization: "Bearer key" },
    body: fields,
  }));

const s3Queries = [
  "",
  "cors",
  "notification",
  "versioning",
  "uploads",
  "uploadId=x",
  "list-type=2",
  "versions",
  "x",
];
const objectCall: fc.Arbitrary<Sent> = fc
  .record({
    method: fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS"),
    path: fc.oneof(
      fc.constantFrom("/", "/feeds", "/feeds/a", "/%", "/feeds/%zz"),
      oddTexts.map((each) => `/${encodeURI(each.toWellFormed())}`),
    ),
    query: fc.oneof(
      fc.constantFrom(...s3Queries),
      formOf([
        "partNumber",
        "max-keys",
        "prefix",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Signature",
        "X-Amz-Credential",
      ]),
    ),
    type: fc.constantFrom("multipart/form-data", "multipart/form-data; boundary=x", "application/xml"),
    range: fc.constantFrom("", "bytes=", "bytes=5-1", "bytes=-", "x"),
    length: fc.constantFrom("", "x", "99999999999999999999", "-1"),
    body: spoilt(
      fc.constantFrom(
        "<a>",
        "<CORSConfiguration/>",
        `${"<a>".repeat(9000)}${"</a>".repeat(9000)}`,
        "<a>&#99999999999;</a>",
        "--x\r\n\r\n--x--",
      ),
    ),
  })
  .map(({ body, length, method, path, query, range, type }) => ({
    method,
    path: query === "" ? path : `${path}?${query}`,
    headers: {
      authorization: "AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/s3/aws4_request, S=1",
      "content-type": type,
      ...(range !== "" && { range }),
      ...(length !== "" && { "x-amz-decoded-content-length": length }),
    },
    body,
  }));

/** Node itself refuses a head of more than 16 KB. */
const MOST_PATH = 8000;

function send({ body, path, ...given }: Sent): Promise<{ status: number; body: string }> {
  const { promise, reject, resolve } = Promise.withResolvers<{ status: number; body: string }>();
  const headers = { ...given.headers, "content-length": Buffer.byteLength(body) };
  const sent = { ...given, headers, path: path.slice(0, MOST_PATH).replace(/%\w?$/, "") };
  request({ host: "127.0.0.1", port: endpoint.port, ...sent }, async (answer) =>
    resolve({ status: answer.statusCode ?? 0, body: await text(answer) }),
  )
    .on("error", (error) => reject(new Error(said({ body, path, ...given }), { cause: error })))
    .end(body);
  return promise;
}

const said = (sent: Sent) =>
  `${sent.method} ${sent.path} ${JSON.stringify(sent.headers)} ${String(sent.body).slice(0, 600)}`;

test.each([
  ["the JSON protocols", jsonCalls, 0.7],
  ["mails", async () => mailCall, 0.05],
  ["payments", async () => paymentCall, 0.1],
  ["objects", async () => objectCall, 0.15],
])(
  `%s: of ${CALLS} calls (SEED=${SEED}) none is a defect`,
  { timeout: 60_000 + CALLS * 20 },
  async (_, calls, share) => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => {});
    const defects: string[] = [];
    for (const sent of fc.sample(await calls(), { seed: SEED, numRuns: Math.ceil(CALLS * share) })) {
      const { body, status } = await send(sent);
      // S3 says so of what is not served; a HEAD request gets no body.
      const isOwn = status < 500 || (status === 501 && /^$|NotImplemented/.test(body));
      if (!isOwn || errors.mock.calls.length > 0)
        defects.push(`${status} ${said(sent)} ${errors.mock.calls.flat().map(stackOf)}`);
      errors.mockClear();
    }
    expect([...new Set(defects)].slice(0, 20)).toEqual([]);
  },
);

const stackOf = (each: unknown) =>
  each instanceof Error ? each.stack?.split("\n").slice(0, 6).join("\n") : each;

const url = "http://127.0.0.1/000000000000/orders";
const nest = (levels: number, open: string, inside: string, close: string) =>
  open.repeat(levels) + inside + close.repeat(levels);
const itemOf = (levels: number) =>
  `{"TableName":"stock","Item":{"id":{"S":"1"},"a":${nest(levels, '{"M":{"a":', '{"S":"x"}', "}}")}}}`;
const conditionOf = (ConditionExpression: string) => {
  const values = { ":v": { S: "x" } };
  const put = { TableName: "stock", Item: { id: { S: "1" } }, ExpressionAttributeValues: values };
  return JSON.stringify({ ...put, ConditionExpression });
};
const redrivePolicy = `{"deadLetterTargetArn":${nest(20_000, "[", "", "]")},"maxReceiveCount":1}`;

test.each([
  ["AmazonSQS.SendMessage", `{"QueueUrl":5,"MessageBody":"x"}`, "SerializationException"],
  ["AmazonSQS.SendMessageBatch", `{"QueueUrl":"${url}","Entries":{"a":1}}`, "SerializationException"],
  ["AmazonSQS.SendMessageBatch", `{"QueueUrl":"${url}","Entries":[null]}`, "SerializationException"],
  ["AmazonSQS.UntagQueue", `{"QueueUrl":"${url}","TagKeys":5}`, "SerializationException"],
  [
    "AmazonSQS.SetQueueAttributes",
    JSON.stringify({ QueueUrl: url, Attributes: { RedrivePolicy: redrivePolicy } }),
    "InvalidParameterValue",
  ],
  ["DynamoDB_20120810.PutItem", itemOf(33), "Nesting Levels have exceeded supported limits"],
  ["DynamoDB_20120810.PutItem", itemOf(100_000), "Nesting Levels have exceeded supported limits"],
  ["DynamoDB_20120810.PutItem", conditionOf("(".repeat(4000)), "too many operators"],
  [
    "DynamoDB_20120810.PutItem",
    conditionOf(`${"NOT ".repeat(20_000)}a = :v`),
    "Expression size has exceeded",
  ],
  ["AWSEvents.PutEvents", nest(100_000, '{"Entries":', "1", "}"), "SerializationException"],
  ["AWSEvents.Nothing", "{}", "UnknownOperationException"],
])("%s is refused for what is wrong with it (%#)", async (target, body, said) => {
  const answer = await send({ method: "POST", path: "/", headers: { "x-amz-target": target }, body });
  expect(answer.status).toBe(400);
  expect(answer.body).toContain(said);
});

test("an item of 32 levels is taken, and no update makes it deeper", async () => {
  const { dynamodb: client } = clientsOf(endpoint);
  expect(
    (
      await send({
        method: "POST",
        path: "/",
        headers: { "x-amz-target": "DynamoDB_20120810.PutItem" },
        body: itemOf(32),
      })
    ).status,
  ).toBe(200);
  const update = (value: dynamodb.AttributeValue) =>
    client.send(
      new dynamodb.UpdateItemCommand({
        TableName: "stock",
        Key: { id: { S: "1" } },
        UpdateExpression: `SET a${".a".repeat(31)} = :v`,
        ExpressionAttributeValues: { ":v": value },
      }),
    );
  await update({ L: [{ S: "x" }] });
  await expect(update({ L: [{ M: {} }] })).rejects.toThrow("Nesting Levels");
});

test("an event whose detail is deeper than the stack is refused, and those beside it are taken", async () => {
  const entry = { Source: "shop", DetailType: "a", EventBusName: "shop" };
  const Entries = [nest(20_000, '{"a":', "1", "}"), '{"a":"[[[["}'].map((Detail) => ({ ...entry, Detail }));
  const answer = await clientsOf(endpoint).eventBridge.send(new eventbridge.PutEventsCommand({ Entries }));
  expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual(["MalformedDetail", undefined]);
});
