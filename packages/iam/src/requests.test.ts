// What each kind of call asks of IAM, and how the refusal reads.
import { expect, test } from "vitest";
import { authorizer } from "./authorize.ts";
import { requestsOf } from "./requests.ts";

const account = { region: "eu-west-1", accountId: "000000000000" };
const partitionKeyOf = (_table: string, index: string | undefined) =>
  index === undefined ? "pk" : `${index}Pk`;
type Service = Parameters<typeof requestsOf>[0]["service"];
const asked = (service: Service, operation: string, input: Record<string, unknown>) =>
  requestsOf({ service, operation, input }, account, partitionKeyOf);
const tableArn = "arn:aws:dynamodb:eu-west-1:000000000000:table/orders";
const TableName = "orders";

test("a write asks for its table and the partition of its item, in either form of attribute values", () => {
  const put = {
    action: "dynamodb:PutItem",
    resource: tableArn,
    context: { "dynamodb:leadingkeys": ["ORDER#1"] },
  };
  expect(asked("dynamodb", "PutItem", { TableName, Item: { pk: { S: "ORDER#1" } } })).toEqual([put]);
  expect(asked("dynamodb", "PutItem", { TableName: tableArn, Item: { pk: "ORDER#1" } })).toEqual([put]);
});

test("a transaction asks for each of its parts, a batch for each of its tables with all its keys", () => {
  const parts = asked("dynamodb", "TransactWriteItems", {
    TransactItems: [
      { Put: { TableName, Item: { pk: "a" } } },
      { ConditionCheck: { TableName, Key: { pk: "b" } } },
    ],
  });
  expect(parts.map(({ action, context }) => [action, context["dynamodb:leadingkeys"]])).toEqual([
    ["dynamodb:PutItem", ["a"]],
    ["dynamodb:ConditionCheckItem", ["b"]],
  ]);
  const RequestItems = { orders: { Keys: [{ pk: "a" }, { pk: "b" }] }, stock: { Keys: [{ pk: "c" }] } };
  expect(asked("dynamodb", "BatchGetItem", { RequestItems }).map(({ context }) => context)).toEqual([
    { "dynamodb:leadingkeys": ["a", "b"] },
    { "dynamodb:leadingkeys": ["c"] },
  ]);
  const writes = { orders: [{ PutRequest: { Item: { pk: "a" } } }, { DeleteRequest: { Key: { pk: "b" } } }] };
  expect(asked("dynamodb", "BatchWriteItem", { RequestItems: writes })).toMatchObject([
    { action: "dynamodb:BatchWriteItem", context: { "dynamodb:leadingkeys": ["a", "b"] } },
  ]);
});

test("a query asks for the partition that its key condition names, of the table or of its index", () => {
  const query = {
    TableName,
    KeyConditionExpression: "begins_with(sk, :s) AND #p = :p",
    ExpressionAttributeNames: { "#p": "pk" },
    ExpressionAttributeValues: { ":p": "ORDER#1", ":s": "a" },
  };
  expect(asked("dynamodb", "Query", query)).toMatchObject([
    { context: { "dynamodb:leadingkeys": ["ORDER#1"] } },
  ]);
  const due = { ...query, IndexName: "due", KeyConditionExpression: "duePk=:p AND sk BETWEEN :s AND :s" };
  expect(asked("dynamodb", "Query", due)).toMatchObject([
    { resource: `${tableArn}/index/due`, context: { "dynamodb:leadingkeys": ["ORDER#1"] } },
  ]);
  expect(asked("dynamodb", "Scan", { TableName })).toEqual([
    { action: "dynamodb:Scan", resource: tableArn, context: {} },
  ]);
});

test("an update asks for the attributes that its key and its expressions name", () => {
  const update = {
    TableName,
    Key: { pk: { S: "CUSTOMER#1" }, sk: { S: "KEY" } },
    UpdateExpression:
      "SET #stop = if_not_exists(#stop, :why), deep.er[0] = :x REMOVE old, set_aside ADD n :one",
    ConditionExpression: "id = :key AND attribute_exists (pk) and NOT other.path IN (:why)",
    ExpressionAttributeNames: { "#stop": "stop_1" },
  };
  const attributes = ["pk", "sk", "stop_1", "deep", "old", "set_aside", "n", "id", "other"];
  expect(asked("dynamodb", "UpdateItem", update)).toMatchObject([
    { context: { "dynamodb:attributes": attributes } },
  ]);
  const transaction = { TransactItems: [{ Update: update }] };
  expect(asked("dynamodb", "TransactWriteItems", transaction)).toMatchObject([
    { context: { "dynamodb:attributes": attributes } },
  ]);
});

test("each entry of PutEvents asks for its bus, with source and type", () => {
  const Entries = [
    { EventBusName: "shop", Source: "shop.orders", DetailType: "OrderPlaced" },
    { Source: "a" },
  ];
  expect(asked("eventbridge", "PutEvents", { Entries })).toEqual([
    {
      action: "events:PutEvents",
      resource: "arn:aws:events:eu-west-1:000000000000:event-bus/shop",
      context: { "events:source": "shop.orders", "events:detail-type": "OrderPlaced" },
    },
    expect.objectContaining({ resource: "arn:aws:events:eu-west-1:000000000000:event-bus/default" }),
  ]);
});

test("a batch of messages asks for the single action", () => {
  const QueueUrl = "http://localhost:4566/000000000000/a";
  expect(asked("sqs", "DeleteMessageBatch", { QueueUrl })).toEqual([
    { action: "sqs:DeleteMessage", resource: "arn:aws:sqs:eu-west-1:000000000000:a", context: {} },
  ]);
});

test("a mail asks for the identity of its From header and for its configuration set", () => {
  const raw = "Date: now\r\nFrom: Tea Shop <shop@example.com>\r\nTo: a@example.com\r\n\r\nFrom: x@y.z\r\n";
  const input = { Source: "other@example.com", ConfigurationSetName: "mail" };
  const onTheWire = {
    ...input,
    "RawMessage.Data": Buffer.from(raw).toString("base64"),
    "Destinations.member.1": "b@c",
  };
  const given = { ...input, RawMessage: { Data: Buffer.from(raw) }, Destinations: ["b@c"] };
  for (const each of [onTheWire, given]) {
    const context = { "ses:fromaddress": "shop@example.com", "ses:recipients": ["b@c"] };
    expect(asked("ses", "SendRawEmail", each)).toEqual([
      {
        action: "ses:SendRawEmail",
        resource: "arn:aws:ses:eu-west-1:000000000000:identity/shop@example.com",
        context,
      },
      {
        action: "ses:SendRawEmail",
        resource: "arn:aws:ses:eu-west-1:000000000000:configuration-set/mail",
        context,
      },
    ]);
  }
});

test("a refusal reads as the service's own", () => {
  const arn = "arn:aws:sts::000000000000:assumed-role/orders-a/orders-a";
  const may = authorizer({ arn, policy: { Version: "2012-10-17", Statement: [] } }, account, {
    partitionKeyOf,
  });
  expect(may({ service: "dynamodb", operation: "GetItem", input: { TableName, Key: { pk: "a" } } })).toEqual({
    name: "AccessDeniedException",
    message: `User: ${arn} is not authorized to perform: dynamodb:GetItem on resource: ${tableArn} because no identity-based policy allows the dynamodb:GetItem action`,
    httpStatusCode: 400,
  });
  expect(
    may({ service: "sqs", operation: "SendMessageBatch", input: { QueueUrl: "http://localhost/1/a" } }),
  ).toEqual({
    name: "AccessDenied",
    message: `User: ${arn} is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:eu-west-1:000000000000:a because no identity-based policy allows the sqs:sendmessage action`,
    httpStatusCode: 403,
  });
  expect(may({ service: "ses", operation: "SendEmail", input: { Source: "a@b.c" } })).toEqual({
    name: "AccessDenied",
    message: `User \`${arn}' is not authorized to perform \`ses:SendEmail' on resource \`arn:aws:ses:eu-west-1:000000000000:identity/a@b.c'`,
    httpStatusCode: 403,
  });
});
