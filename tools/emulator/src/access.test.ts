// Calls of a role are judged by its policy, over the wire and without it; other callers are administrators.
import { GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SendRawEmailCommand } from "@aws-sdk/client-ses";
import { CreateQueueCommand, SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Statement } from "@order-saga/iam/policy";
import { expect, test } from "vitest";
import { accessKeyIn, type Role } from "./access.ts";
import { clientsOf, createStock, startForTest } from "./testing.ts";

const arn = "arn:aws:sts::000000000000:assumed-role/reader/reader";
const table = "arn:aws:dynamodb:eu-west-1:000000000000:table/stock";
const queue = "arn:aws:sqs:eu-west-1:000000000000:parked";
const statements: Statement[] = [
  { Effect: "Allow", Action: "dynamodb:GetItem", Resource: table },
  {
    Effect: "Allow",
    Action: "dynamodb:PutItem",
    Resource: table,
    Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["TEA-*"] } },
  },
  {
    Effect: "Allow",
    Action: "events:PutEvents",
    Resource: "arn:aws:events:eu-west-1:000000000000:event-bus/default",
    Condition: { StringEquals: { "events:source": "shop", "events:detail-type": ["Placed", "Paid"] } },
  },
  { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue },
];
const role = (Statement: Statement[]): Role => ({ arn, policy: { Version: "2012-10-17", Statement } });

async function anEndpoint() {
  const roles = new Map([["reader-key", role(statements)]]);
  const judged: unknown[] = [];
  const endpoint = await startForTest({
    roles,
    onJudged: (key, asked, denial) => judged.push([key, asked?.action ?? denial?.name]),
  });
  await createStock(clientsOf(endpoint).dynamodb);
  return { endpoint, roles, judged, admin: clientsOf(endpoint), reader: clientsOf(endpoint, "reader-key") };
}

const putItem = (id: string) => ({ TableName: "stock", Item: { id: { S: id } } });

test("a role does what its policy allows and is refused the rest, as DynamoDB refuses it", async () => {
  const { judged, reader } = await anEndpoint();
  await reader.dynamodb.send(new GetItemCommand({ TableName: "stock", Key: { id: { S: "a" } } }));
  await reader.dynamodb.send(new PutItemCommand(putItem("TEA-1")));
  const refused = {
    name: "AccessDeniedException",
    message: `User: ${arn} is not authorized to perform: dynamodb:PutItem on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action`,
    $metadata: expect.objectContaining({ httpStatusCode: 400 }),
  };
  await expect(reader.dynamodb.send(new PutItemCommand(putItem("CUP-1")))).rejects.toMatchObject(refused);
  const TransactItems = [{ Put: putItem("TEA-2") }, { Put: putItem("CUP-1") }];
  const transaction = new TransactWriteItemsCommand({ TransactItems });
  await expect(reader.dynamodb.send(transaction)).rejects.toMatchObject(refused);
  expect(judged).toEqual([
    ["reader-key", "dynamodb:GetItem"],
    ["reader-key", "dynamodb:PutItem"],
    ["reader-key", "AccessDeniedException"],
    ["reader-key", "dynamodb:PutItem"],
    ["reader-key", "AccessDeniedException"],
  ]);
});

test("EventBridge, SQS and SES refuse in their own ways", async () => {
  const { admin, reader } = await anEndpoint();
  const put = (DetailType: string) =>
    reader.eventBridge.send(
      new PutEventsCommand({ Entries: [{ Source: "shop", DetailType, Detail: "{}" }] }),
    );
  expect(await put("Paid")).toMatchObject({ FailedEntryCount: 0 });
  await expect(put("Other")).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining(
      "not authorized to perform: events:PutEvents on resource: arn:aws:events:",
    ),
  });
  const urlOf = async (QueueName: string) =>
    (await admin.sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl;
  const message = { QueueUrl: await urlOf("parked"), MessageBody: "a" };
  await reader.sqs.send(new SendMessageCommand(message));
  const Entries = [{ Id: "1", MessageBody: "a" }];
  const batch = new SendMessageBatchCommand({ QueueUrl: await urlOf("other"), Entries });
  await expect(reader.sqs.send(batch)).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("not authorized to perform: sqs:sendmessage on resource"),
    $metadata: expect.objectContaining({ httpStatusCode: 403 }),
  });
  const Data = Buffer.from("From: a@example.com\r\nTo: b@example.com\r\n\r\nhello");
  await expect(reader.ses.send(new SendRawEmailCommand({ RawMessage: { Data } }))).rejects.toMatchObject({
    name: "AccessDenied",
    message: `User \`${arn}' is not authorized to perform \`ses:SendRawEmail' on resource \`arn:aws:ses:eu-west-1:000000000000:identity/a@example.com'`,
    $metadata: expect.objectContaining({ httpStatusCode: 403 }),
  });
});

test("a request of this process is judged alike, and a role's new policy counts at once", async () => {
  const { endpoint, roles } = await anEndpoint();
  const call = (accessKey?: string) =>
    endpoint.call({ service: "dynamodb", operation: "PutItem", input: putItem("CUP-1"), accessKey });
  expect(await call("reader-key")).toMatchObject({ status: 400 });
  roles.set("reader-key", role([{ Effect: "Allow", Action: "dynamodb:*", Resource: table }]));
  expect(await call("reader-key")).toMatchObject({ status: 200 });
  expect(await call("another-key")).toMatchObject({ status: 200 });
  expect(await call()).toMatchObject({ status: 200 });
});

test("a queue's policy may give a role what its own does not, and take what it does", async () => {
  const { admin, reader } = await anEndpoint();
  const send = async (QueueName: string, Effect: "Allow" | "Deny") => {
    const Principal = { AWS: "arn:aws:iam::000000000000:role/reader" };
    const Statement = [{ Effect, Principal, Action: "sqs:SendMessage", Resource: "*" }];
    const Attributes = { Policy: JSON.stringify({ Version: "2012-10-17", Statement }) };
    const { QueueUrl } = await admin.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    return reader.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }));
  };
  await send("open", "Allow");
  await expect(send("parked", "Deny")).rejects.toThrow("with an explicit deny in a resource-based policy");
});

test("the access key is the first part of a signature's credential", () => {
  const signed = "AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host";
  expect(accessKeyIn(signed)).toBe("AKID");
  expect(accessKeyIn("Bearer a")).toBeUndefined();
  expect(accessKeyIn(undefined)).toBeUndefined();
});
