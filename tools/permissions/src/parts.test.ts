// A policy's parts, which of them a request uses, and the policy without one.
import type { Policy } from "@order-saga/iam/policy";
import { expect, test } from "vitest";
import { nameOf, partsOf, uses, without } from "./parts.ts";

const table = "arn:aws:dynamodb:eu-west-1:000000000000:table/orders";
const policy: Policy = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "logs:PutLogEvents", Resource: "arn:aws:logs:eu-west-1:000000000000:a" },
    {
      Effect: "Allow",
      Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
      Resource: table,
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["ORDER#*", "PRODUCT#*"] } },
    },
    { Effect: "Allow", Action: "dynamodb:Query", Resource: [`${table}/index/due`, `${table}/index/list`] },
  ],
};
const parts = partsOf("orders-a", policy);

test("each action, resource and value of a condition is a part, but of services that are not served", () => {
  expect(parts.map(nameOf)).toEqual([
    "orders-a: dynamodb:GetItem on table/orders where dynamodb:LeadingKeys is ORDER#*",
    "orders-a: dynamodb:GetItem on table/orders where dynamodb:LeadingKeys is PRODUCT#*",
    "orders-a: dynamodb:PutItem on table/orders where dynamodb:LeadingKeys is ORDER#*",
    "orders-a: dynamodb:PutItem on table/orders where dynamodb:LeadingKeys is PRODUCT#*",
    "orders-a: dynamodb:Query on table/orders/index/due",
    "orders-a: dynamodb:Query on table/orders/index/list",
  ]);
});

test("a request uses the part of its action, its resource and its key", () => {
  const asked = (action: string, resource: string, ...keys: string[]) =>
    parts
      .filter((part) => uses(part, { action, resource, context: { "dynamodb:leadingkeys": keys } }))
      .map((part) => part.condition?.value ?? part.resource);
  expect(asked("dynamodb:PutItem", table, "ORDER#1")).toEqual(["ORDER#*"]);
  expect(asked("dynamodb:GetItem", table, "ORDER#1", "PRODUCT#1")).toEqual(["ORDER#*", "PRODUCT#*"]);
  expect(asked("dynamodb:Query", `${table}/index/due`, "0")).toEqual([`${table}/index/due`]);
  expect(asked("dynamodb:Scan", table)).toEqual([]);
});

test("without a part the policy has all the others, and not that one", () => {
  for (const part of parts) {
    const left = partsOf("orders-a", without(policy, part)).map(nameOf);
    const others = parts.map(nameOf).filter((name) => name !== nameOf(part));
    expect([...new Set(left)].sort(), nameOf(part)).toEqual(others.sort());
  }
});
