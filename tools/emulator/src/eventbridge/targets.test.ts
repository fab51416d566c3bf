// Targets: what is refused when it is put, and how targets are listed and removed.
import { expect, test } from "vitest";
import { createWorld, DEAD_LETTERS, entry, QUEUE } from "./testing.ts";

const transformer = (InputTemplate: string, InputPathsMap = {}) => ({
  InputTransformer: { InputTemplate, InputPathsMap },
});

// API reference, "PutTargets", "Target", "RetryPolicy", "InputTransformer".
test.each([
  ["no ARN", { Arn: undefined }],
  ["an ARN that is none", { Arn: "queue" }],
  ["a Lambda function", { Arn: "arn:aws:lambda:eu-west-1:000000000000:function:f" }],
  ["a broken id", { Id: "a b" }],
  ["a FIFO queue without message group", { Arn: `${QUEUE}.fifo` }],
  ["a message group by no path", { SqsParameters: { MessageGroupId: "$resources" } }],
  ["a message group that is too long", { SqsParameters: { MessageGroupId: "x".repeat(101) } }],
  ["two kinds of input", { Input: "{}", InputPath: "$.detail" }],
  ["an input that is not JSON", { Input: "{" }],
  ["a path without $", { InputPath: "detail" }],
  ["a path of another language", { InputPath: "$..sku" }],
  ["a transformer without template", { InputTransformer: { InputPathsMap: {} } }],
  ["a broken path in a transformer", transformer("<a>", { a: "detail" })],
  ["a placeholder without path", transformer("<a> and <b>", { a: "$.detail" })],
  ["a reserved variable", transformer("<x>", { "aws.events.rule-name": "$.id", x: "$.id" })],
  ["too many retries", { RetryPolicy: { MaximumRetryAttempts: 186 } }],
  ["an age below a minute", { RetryPolicy: { MaximumEventAgeInSeconds: 59 } }],
  ["an age above a day", { RetryPolicy: { MaximumEventAgeInSeconds: 86_401 } }],
  [
    "a dead-letter queue that is none",
    { DeadLetterConfig: { Arn: "arn:aws:sns:eu-west-1:000000000000:topic" } },
  ],
  ["a FIFO dead-letter queue", { DeadLetterConfig: { Arn: `${DEAD_LETTERS}.fifo` } }],
])("a target with %s is refused by name, and none of its request is kept", async (_, broken) => {
  const world = createWorld();
  await world.arrange("PutRule", { Name: "rule", EventPattern: '{"source":["shop"]}' });
  const Targets = [
    { Id: "fine", Arn: QUEUE },
    { Id: "broken", Arn: QUEUE, ...broken },
  ];
  const { status, body } = await world.call("PutTargets", { Rule: "rule", Targets });
  expect({ status, type: body.__type }).toEqual({ status: 400, type: "ValidationException" });
  expect((await world.call("ListTargetsByRule", { Rule: "rule" })).body).toEqual({ Targets: [] });
});

test("a target put again with the same id replaces the first", async () => {
  const world = createWorld();
  await world.addRule({ Input: '"first"' });
  await world.addRule({ Input: '"second"' });
  await world.put(entry);
  expect(world.bodies()).toEqual(["second"]);
});

// EventBridge quotas, "Targets per rule": 5.
test("a sixth target is over the limit", async () => {
  const world = createWorld();
  await world.addRule();
  const targets = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => ({ Id: String(from + i), Arn: QUEUE }));
  const sixth = await world.call("PutTargets", { Rule: "rule", Targets: targets(2, 6) });
  expect(sixth.body.__type).toBe("LimitExceededException");
  expect((await world.call("PutTargets", { Rule: "rule", Targets: targets(2, 5) })).status).toBe(200);
});

test("targets are listed as they were put, page by page, and removed by id", async () => {
  const world = createWorld();
  const whole = { RetryPolicy: { MaximumRetryAttempts: 3 }, DeadLetterConfig: { Arn: DEAD_LETTERS } };
  await world.addRule(whole);
  await world.arrange("PutTargets", { Rule: "rule", Targets: [{ Id: "2", Arn: QUEUE }] });
  const first = await world.arrange("ListTargetsByRule", { Rule: "rule", Limit: 1 });
  expect(first.Targets).toEqual([{ Id: "1", Arn: QUEUE, ...whole }]);
  const second = await world.arrange("ListTargetsByRule", { Rule: "rule", NextToken: first.NextToken });
  expect(second).toEqual({ Targets: [{ Id: "2", Arn: QUEUE }] });
  expect(await world.arrange("ListRuleNamesByTarget", { TargetArn: QUEUE })).toEqual({ RuleNames: ["rule"] });
  expect(await world.arrange("ListRuleNamesByTarget", { TargetArn: DEAD_LETTERS })).toEqual({
    RuleNames: [],
  });
  expect(await world.arrange("RemoveTargets", { Rule: "rule", Ids: ["1", "9"] })).toMatchObject({
    FailedEntryCount: 1,
    FailedEntries: [{ TargetId: "9", ErrorCode: "ResourceNotFoundException" }],
  });
  expect(await world.arrange("ListTargetsByRule", { Rule: "rule" })).toEqual({
    Targets: [{ Id: "2", Arn: QUEUE }],
  });
});

test.each(["PutTargets", "RemoveTargets", "ListTargetsByRule"])(
  "%s wants a rule that is there",
  async (operation) => {
    const input = { Rule: "nothing", Ids: ["1"], Targets: [{ Id: "1", Arn: QUEUE }] };
    expect((await createWorld().call(operation, input)).body).toEqual({
      __type: "ResourceNotFoundException",
      message: "Rule nothing does not exist on EventBus default.",
    });
  },
);
