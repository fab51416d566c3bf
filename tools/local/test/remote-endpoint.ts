// What the tests of `pnpm start --endpoint` share: a start under a prefix, orders, and all that is made
// there.
import { randomUUID } from "node:crypto";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { ListRulesCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { GetQueueAttributesCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { services } from "@order-saga/services";
import { expect, onTestFinished, vi } from "vitest";
import type { RemoteOptions } from "../src/options.ts";
import type { AwsClients } from "../src/provision.ts";
import { type RemoteRuntime, startRemoteRuntime } from "../src/remote/runtime.ts";
import { BUS_NAME } from "../src/source-folders.ts";

export const PREFIX = "ada-";
export const named = (name: string) => `${PREFIX}${name}`;

/** Started against the endpoint, in memory or with a folder of its own. */
export async function startAt(
  endpoint: string,
  {
    data,
    environment = {},
    ...given
  }: Partial<RemoteOptions> & { data?: string; environment?: NodeJS.ProcessEnv } = {},
) {
  const warnings: string[] = [];
  const notices: string[] = [];
  const runtime = await startRemoteRuntime(
    { port: 0, awsPort: 0, data, remote: { endpoint, prefix: PREFIX, provision: true, ...given } },
    {
      onLog: () => {},
      onWarning: (line) => warnings.push(line),
      onNotice: (line) => notices.push(line),
    },
    environment,
  );
  onTestFinished(() => runtime.stop());
  return { runtime, notices, warnings };
}

async function asked({ issuer, url }: RemoteRuntime, path: string, body?: object): Promise<Response> {
  const token = await issuer.sign({ sub: "ada", scope: "orders:read orders:write", expiresInSeconds: 60 });
  return fetch(`${url}${path}`, {
    method: body ? "POST" : "GET",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "idempotency-key": randomUUID(),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** Resolves with the id of the order, which was accepted. */
export async function place(runtime: RemoteRuntime, paymentMethod = "pm_card_visa"): Promise<string> {
  const answer = await asked(runtime, "/orders", {
    contact: { email: "ada@example.com", name: "Ada" },
    currency: "EUR",
    lines: [{ sku: "TEA-EARL-GREY", quantity: 2 }],
    paymentMethod,
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { orderId: string }).orderId;
}

export async function cancel(runtime: RemoteRuntime, orderId: string): Promise<void> {
  expect((await asked(runtime, `/orders/${orderId}/cancel`, { reason: "Too late" })).status).toBe(202);
}

export const ends = (runtime: RemoteRuntime, orderId: string, status: string) =>
  vi.waitFor(
    async () => expect(await (await asked(runtime, `/orders/${orderId}`)).json()).toMatchObject({ status }),
    { timeout: 90_000, interval: 50 },
  );

/** All settings of all that has the prefix: what a second start must leave as it is. */
export async function settingsOf(
  { dynamodb, eventBridge, sqs }: AwsClients,
  prefix = PREFIX,
): Promise<object> {
  const EventBusName = `${prefix}${BUS_NAME}`;
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
  const { Rules = [] } = await eventBridge.send(new ListRulesCommand({ EventBusName }));
  const each = <T>(all: readonly T[], look: (one: T) => Promise<unknown>) => Promise.all(all.map(look));
  return {
    queues: await each(QueueUrls.toSorted(), async (QueueUrl) => {
      const names = ["VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy", "Policy"] as const;
      const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
      return { QueueUrl, ...answer.Attributes };
    }),
    rules: await each(Rules, async ({ EventPattern, Name, State }) => {
      const { Targets } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName }));
      return { EventPattern, Name, State, Targets };
    }),
    tables: await each(services, async ({ name }) => {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: `${prefix}${name}` }));
      const { CreationDateTime, GlobalSecondaryIndexes, KeySchema, TableName } = Table ?? {};
      const indexes = GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      }));
      return { CreationDateTime, KeySchema, TableName, indexes };
    }),
  };
}
