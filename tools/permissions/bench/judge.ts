// What it costs to judge an order's calls: those of one confirmed order, judged over and over on one core.
import { authorizer } from "@order-saga/iam/authorize";
import type { Call } from "@order-saga/iam/requests";
import { rolesOf } from "@order-saga/local/roles";
import { services } from "@order-saga/services";

const TableName = "orders";
const key = { pk: { S: "ORDER#1" }, sk: { S: "ORDER" } };
const entry = { EventBusName: "order-saga", Source: "shop.orders", DetailType: "OrderConfirmed" };
const calls: Record<string, Call> = {
  GetItem: { service: "dynamodb", operation: "GetItem", input: { TableName, Key: key } },
  PutItem: { service: "dynamodb", operation: "PutItem", input: { TableName, Item: key } },
  PutEvents: { service: "eventbridge", operation: "PutEvents", input: { Entries: [entry] } },
  ReceiveMessage: {
    service: "sqs",
    operation: "ReceiveMessage",
    input: { QueueUrl: "http://localhost:4566/000000000000/orders-track-order" },
  },
};

const role = rolesOf(services, {}).get("orders-track-order");
if (!role) throw new TypeError("There is no such role.");
const account = { region: "eu-west-1", accountId: "000000000000" };
const authorize = authorizer(role, account, { partitionKeyOf: () => "pk" });

const TIMES = 200_000;
for (const [name, call] of Object.entries(calls)) {
  if (authorize(call)) throw new TypeError(`${name} is refused.`);
  const begun = process.cpuUsage().user;
  for (let round = 0; round < TIMES; round++) authorize(call);
  console.log(`${name}: ${((process.cpuUsage().user - begun) / TIMES).toFixed(2)} µs`);
}
