// Policies of this deployment's kinds, judged; and policies that cannot be judged, refused when they are
// read.
import { expect, test } from "vitest";
import { decide, judgeOf, type Request } from "./evaluate.ts";
import { PolicyError, readPolicy, type Statement } from "./policy.ts";

const table = "arn:aws:dynamodb:eu-west-1:000000000000:table/orders";
const queue = "arn:aws:sqs:eu-west-1:000000000000:a";
const role = "arn:aws:sts::000000000000:assumed-role/orders-a/orders-a";

const judge = (...Statement: Statement[]) => judgeOf({ Version: "2012-10-17", Statement });
const asked = (given: Partial<Request>): Request => ({
  principal: role,
  action: "dynamodb:GetItem",
  resource: table,
  context: {},
  ...given,
});
const reads: Statement = { Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: table };

test("what no statement is about is denied, and a Deny wins over an Allow", () => {
  expect(decide(asked({}), judge(reads), undefined)).toBe("allowed");
  expect(decide(asked({ action: "dynamodb:PutItem" }), judge(reads), undefined)).toBe("denied");
  expect(decide(asked({ resource: `${table}/index/due` }), judge(reads), undefined)).toBe("denied");
  expect(decide(asked({}), judge(reads, { ...reads, Effect: "Deny" }), undefined)).toBe("denied by the role");
  expect(decide(asked({}), judge(reads), judge({ ...reads, Effect: "Deny" }))).toBe("denied by the resource");
});

test("every leading key must be of the kind that is granted, and a call without one is not refused for it", () => {
  const own = judge({
    ...reads,
    Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["ORDER#*"] } },
  });
  const of = (...keys: string[]) =>
    decide(asked({ context: { "dynamodb:leadingkeys": keys } }), own, undefined);
  expect(of("ORDER#1", "ORDER#2")).toBe("allowed");
  expect(of("ORDER#1", "PRODUCT#1")).toBe("denied");
  expect(decide(asked({}), own, undefined)).toBe("allowed");
});

test("a queue takes messages of its own rule over TLS alone", () => {
  const policy = judge(
    {
      Effect: "Deny",
      Principal: "*",
      Action: ["sqs:SendMessage"],
      Resource: queue,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queue,
      Condition: {
        ArnEquals: { "aws:SourceArn": "arn:aws:events:eu-west-1:000000000000:rule/shop/a" },
        StringEquals: { "aws:SourceAccount": "000000000000" },
      },
    },
  );
  const sent = (rule: string, tls: string, principal = "events.amazonaws.com") => {
    const context = {
      "aws:sourcearn": `arn:aws:events:eu-west-1:000000000000:rule/shop/${rule}`,
      "aws:sourceaccount": "000000000000",
      "aws:securetransport": tls,
    };
    return decide({ principal, action: "sqs:SendMessage", resource: queue, context }, undefined, policy);
  };
  expect(sent("a", "true")).toBe("allowed");
  expect(sent("b", "true")).toBe("denied");
  expect(sent("a", "true", "sns.amazonaws.com")).toBe("denied");
  expect(sent("a", "false")).toBe("denied by the resource");
});

test("a queue's policy may name a role, or deny a whole account", () => {
  const allowed = (Principal: Statement["Principal"], Effect: Statement["Effect"] = "Allow") =>
    decide(
      asked({ action: "sqs:SendMessage", resource: queue }),
      undefined,
      judge({ Effect, Principal: Principal ?? "*", Action: "sqs:*", Resource: queue }),
    );
  expect(allowed({ AWS: "arn:aws:iam::000000000000:role/orders-a" })).toBe("allowed");
  expect(allowed({ AWS: ["arn:aws:iam::000000000000:role/orders-b"] })).toBe("denied");
  expect(allowed({ AWS: "arn:aws:iam::000000000000:root" })).toBe("denied");
  expect(allowed({ AWS: "000000000000" }, "Deny")).toBe("denied by the resource");
});

const variable = "${".concat("aws:username}");

test.each([
  ["an operator", { Condition: { NumericLessThan: { "aws:SourceArn": "1" } } }],
  ["a key", { Condition: { StringEquals: { "aws:RequestTag/owner": "a" } } }],
  ["a variable of a condition", { Condition: { StringEquals: { "aws:SourceArn": variable } } }],
  ["a variable of a resource", { Resource: `arn:aws:sqs:eu-west-1:000000000000:${variable}` }],
  ["a kind of principal", { Principal: { Federated: "accounts.example.com" } }],
])("a statement with %s that is not judged here is refused", (_, part) => {
  expect(() => judge({ Effect: "Allow", Action: "sqs:SendMessage", Resource: queue, ...part })).toThrow(
    PolicyError,
  );
});

test.each([
  "not json",
  "[]",
  '{"Statement":[{"Effect":"Maybe","Action":"sqs:SendMessage","Resource":"*"}]}',
  '{"Statement":[{"Effect":"Allow","Resource":"*"}]}',
  '{"Statement":[{"Effect":"Allow","Action":1,"Resource":"*"}]}',
  '{"Statement":[{"Effect":"Allow","Action":"a:b","Resources":"*"}]}',
  '{"Version":"2020-01-01","Statement":[]}',
])("the text %s is no policy", (text) => {
  expect(() => readPolicy(text)).toThrow(PolicyError);
});
