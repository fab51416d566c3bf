// What a stage would answer where a generated answer is not enough: its own names, and messages as they lie.

import { invariantViolation } from "@order-saga/messaging";
import { createDeadLetters } from "@order-saga/messaging/dead-letters";
import { all, type Graph } from "../../src/graph.ts";
import { types } from "../../src/types.ts";

export type Input = Readonly<Record<string, unknown>>;
type Answer = Record<string, unknown>;

/** The attributes of a dead letter that a reaction has parked, from the code that parks it. */
async function parkedAttributes(): Promise<unknown> {
  const sent: { MessageAttributes?: unknown }[] = [];
  const client = { send: async ({ input }: { input: object }) => void sent.push(input) };
  const park = createDeadLetters({ client: client as never, queueUrl: "queue" });
  const error = invariantViolation("captured after it was released");
  await park({ body: "{}", reaction: "capture-payment", attempts: 1, error });
  return sent[0]?.MessageAttributes;
}

/** Of an event that EventBridge gave up (EventBridge user guide, "Using dead-letter queues"). */
const undelivered = Object.fromEntries(
  [
    "RULE_ARN",
    "TARGET_ARN",
    "ERROR_CODE",
    "ERROR_MESSAGE",
    "EXHAUSTED_RETRY_CONDITION",
    "RETRY_ATTEMPTS",
  ].map((name) => [name, { DataType: "String", StringValue: "value" }]),
);

/** The answer of one run: a queue holds a message until it is deleted. */
export function stageOf(graph: Graph) {
  const names = (type: string) => all(graph, type).map(({ inputs, name }) => String(inputs.name ?? name));
  const deleted = new Set<string>();
  const url = (name: unknown) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`;
  const answers: Record<string, (input: Input, sample: Answer) => Answer | Promise<Answer>> = {
    GetQueueUrl: ({ QueueName }) => ({ QueueUrl: url(QueueName) }),
    // Two of them: a page that looks at each of them does so no otherwise for the third.
    ListQueues: () => ({ QueueUrls: names(types.queue).slice(0, 2).map(url) }),
    GetQueueAttributes: ({ AttributeNames }) => ({
      Attributes: Object.fromEntries([AttributeNames].flat().map((name) => [name, "1"])),
    }),
    async ReceiveMessage({ QueueUrl }, sample) {
      const queue = String(QueueUrl);
      if (deleted.has(queue)) return {};
      const [message] = sample.Messages as Answer[];
      const MessageAttributes = queue.endsWith("-undelivered") ? undelivered : await parkedAttributes();
      const Attributes = { SentTimestamp: "1", ApproximateReceiveCount: "1" };
      return {
        Messages: [{ ...message, Attributes, MessageAttributes, Body: "{}", ReceiptHandle: "receipt" }],
      };
    },
    DeleteMessage({ QueueUrl }) {
      deleted.add(String(QueueUrl));
      return {};
    },
    ListTables: () => ({ TableNames: names(types.table) }),
    DescribeLogGroups: ({ logGroupNamePrefix = "" }) => ({
      logGroups: names(types.logGroup)
        .filter((name) => name.startsWith(String(logGroupNamePrefix)))
        .map((logGroupName) => ({ logGroupName })),
    }),
    DescribeQueryDefinitions: ({ queryDefinitionNamePrefix = "" }) => ({
      queryDefinitions: all(graph, types.query)
        .map(({ inputs }) => ({ name: String(inputs.name), queryString: inputs.queryString }))
        .filter(({ name }) => name.startsWith(String(queryDefinitionNamePrefix))),
    }),
    GetFunctionConfiguration: ({ FunctionName }, sample) => {
      const found = all(graph, types.function).find(({ inputs }) => inputs.name === FunctionName);
      return { ...sample, Environment: { Variables: found?.inputs.environment?.variables ?? {} } };
    },
    GetCostAndUsage: ({ Metrics }, sample) =>
      JSON.parse(JSON.stringify(sample).replaceAll('"key"', JSON.stringify([Metrics].flat()[0]))),
    GetApis: (_, sample) => {
      const [api] = sample.Items as Answer[];
      const found = graph.resources.find(({ type }) => type.includes("apigatewayv2/api:"));
      return { Items: [{ ...api, Name: found?.inputs.name, ApiId: "api" }] };
    },
  };
  return async (operation: string, input: Input, sample: Answer): Promise<Answer> =>
    answers[operation]?.(input, sample) ?? sample;
}
