// The rendered deployment and the running laptop have the same resources, each read from its own side.
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { DescribeRuleCommand, ListRulesCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { storefrontRoutes } from "@order-saga/local/http/storefront";
import { type Runtime, startRuntime } from "@order-saga/local/runtime";
import { BUS_NAME } from "@order-saga/local/source-folders";
import { services } from "@order-saga/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import { types } from "../src/types.ts";
import { rendered } from "./rendered.ts";

const graph = await rendered("production");
let laptop: Runtime;

beforeAll(async () => {
  const quiet = { onLog: () => {}, onWarning: () => {} };
  laptop = await startRuntime({ port: 0, awsPort: 0, data: undefined }, quiet);
});
afterAll(() => laptop.stop());

/** A name or an ARN without what the stage puts before it. */
function plain(name: unknown): string {
  return (
    String(name)
      // An alias is called in a function's stead.
      .replace(/:live$/, "")
      .replace(/^arn:.*:/, "")
      .replace(/^.*\//, "")
      .replace(`${graph.app}-${graph.stage}-`, "")
      // A bucket's name ends with the account.
      .replace(/-\d{12}$/, "")
  );
}

function resources(type: string) {
  const found = graph.resources.filter((each) => each.type === type);
  expect(found, `the graph has no ${type}`).not.toEqual([]);
  return found.map(({ inputs }) => inputs);
}

/** Two descriptions of the same things, each by name. */
function byName<T extends { name: string }>(given: readonly T[]): T[] {
  return given.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

test("queues: names, visibility timeouts, retention, redrive", async () => {
  const deployed = resources(types.queue)
    // The bus of the laptop has no key that could fail.
    .filter(({ name }) => plain(name) !== "bus-dlq")
    .map((queue) => {
      const redrive = queue.redrivePolicy ? JSON.parse(queue.redrivePolicy) : undefined;
      return {
        name: plain(queue.name),
        visibility: queue.visibilityTimeoutSeconds,
        retention: queue.messageRetentionSeconds,
        deadLetters: redrive && plain(redrive.deadLetterTargetArn),
        deliveries: redrive?.maxReceiveCount,
      };
    });
  const provisioned = await Promise.all(
    [...laptop.queueUrls].map(async ([name, QueueUrl]) => {
      const { Attributes = {} } = await laptop.clients.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
      );
      const redrive = Attributes.RedrivePolicy ? JSON.parse(Attributes.RedrivePolicy) : undefined;
      return {
        name,
        visibility: Number(Attributes.VisibilityTimeout),
        retention: Number(Attributes.MessageRetentionPeriod),
        deadLetters: redrive && plain(redrive.deadLetterTargetArn),
        deliveries: redrive && Number(redrive.maxReceiveCount),
      };
    }),
  );
  expect(byName(provisioned)).toEqual(byName(deployed));
});

test("rules: patterns, targets, transformers, retry policies, dead-letter queues", async () => {
  const targets = resources(types.target);
  const deployed = resources(types.rule).map((rule) => {
    const target = targets.find((each) => each.rule === rule.name);
    return {
      name: plain(rule.name),
      state: rule.state,
      bus: plain(rule.eventBusName),
      pattern: JSON.parse(rule.eventPattern, (_, value) =>
        typeof value === "string" && value.startsWith(graph.app) ? plain(value) : value,
      ),
      queue: plain(target?.arn),
      undelivered: plain(target?.deadLetterConfig?.arn),
      paths: target?.inputTransformer?.inputPaths,
      template: target?.inputTransformer?.inputTemplate,
      attempts: target?.retryPolicy.maximumRetryAttempts,
      age: target?.retryPolicy.maximumEventAgeInSeconds,
    };
  });
  const { eventBridge } = laptop.clients;
  const rules = async (EventBusName: string) =>
    (await eventBridge.send(new ListRulesCommand({ EventBusName }))).Rules ?? [];
  const provisioned = await Promise.all(
    [...(await rules(BUS_NAME)), ...(await rules("default"))].map(async ({ EventBusName, Name = "" }) => {
      const rule = await eventBridge.send(new DescribeRuleCommand({ Name, EventBusName }));
      const { Targets = [] } = await eventBridge.send(
        new ListTargetsByRuleCommand({ Rule: Name, EventBusName }),
      );
      expect(Targets).toHaveLength(1);
      return {
        name: Name,
        state: rule.State,
        bus: plain(EventBusName).replace(BUS_NAME, "bus"),
        pattern: JSON.parse(rule.EventPattern ?? ""),
        queue: plain(Targets[0]?.Arn),
        undelivered: plain(Targets[0]?.DeadLetterConfig?.Arn),
        paths: Targets[0]?.InputTransformer?.InputPathsMap,
        template: Targets[0]?.InputTransformer?.InputTemplate,
        attempts: Targets[0]?.RetryPolicy?.MaximumRetryAttempts,
        age: Targets[0]?.RetryPolicy?.MaximumEventAgeInSeconds,
      };
    }),
  );
  expect(byName(provisioned)).toEqual(byName(deployed));
});

test("tables: keys and indexes", async () => {
  const deployed = services.map(({ name }) => {
    const table = graph.resources.find(
      (each) => each.type === types.table && each.name.toLowerCase() === `${name}table`,
    )?.inputs;
    const indexes = (table?.globalSecondaryIndexes ?? []) as Record<string, string>[];
    return {
      name,
      keys: [table?.hashKey, table?.rangeKey],
      indexes: byName(
        indexes.map((each) => ({
          name: each.name ?? "",
          keys: [each.hashKey, each.rangeKey],
          projection: each.projectionType,
        })),
      ),
    };
  });
  const provisioned = await Promise.all(
    services.map(async ({ name }) => {
      const { Table } = await laptop.clients.dynamodb.send(new DescribeTableCommand({ TableName: name }));
      return {
        name,
        keys: Table?.KeySchema?.map((key) => key.AttributeName),
        indexes: byName(
          (Table?.GlobalSecondaryIndexes ?? []).map((each) => ({
            name: each.IndexName ?? "",
            keys: each.KeySchema?.map((key) => key.AttributeName),
            projection: each.Projection?.ProjectionType,
          })),
        ),
      };
    }),
  );
  expect(provisioned).toEqual(deployed);
});

test("mappings: batch size and concurrency", () => {
  const deployed = resources(types.mapping).map((mapping) => ({
    name: plain(mapping.eventSourceArn),
    batchSize: mapping.batchSize,
    maximumConcurrency: mapping.scalingConfig.maximumConcurrency,
  }));
  const running = [...laptop.mappings].map(([name, { batchSize, maximumConcurrency }]) => ({
    name,
    batchSize,
    maximumConcurrency,
  }));
  expect(byName(running)).toEqual(byName(deployed));
});

test("functions: timeouts and the names in their environment", () => {
  const deployed = resources(types.function).map((each) => ({
    name: plain(each.name),
    timeout: each.timeout,
    environment: variablesOf(each.environment.variables),
  }));
  const running = laptop.functions.configurations.map(({ service, name, timeoutSeconds, environment }) => ({
    name: `${service}-${name}`,
    timeout: timeoutSeconds,
    environment: variablesOf(environment),
  }));
  expect(byName(running)).toEqual(byName(deployed));
});

/** Without what SST and Node add; what only says where something is has another value on each side. */
function variablesOf(variables: Record<string, string>): Record<string, string> {
  const elsewhere = /^(SST_|NODE_OPTIONS$)/;
  const located =
    /^(TABLE_NAME|KEYS_TABLE_NAME|BUS_NAME|BUCKET_NAME|[A-Z_]+_QUEUE_URL|CONFIGURATION_SET|STRIPE_API_URL|RETURN_URL|(STRIPE|MAIL)_PER_SECOND)$/;
  const secret = new Set(services.flatMap(({ secrets }) => secrets));
  return Object.fromEntries(
    Object.entries(variables)
      .filter(([name]) => !elsewhere.test(name))
      .map(([name, value]) => [name, located.test(name) || secret.has(name) ? "…" : value])
      .sort(),
  );
}

test("schedules: what runs, and how often", () => {
  const deployed = resources(types.schedule).map((schedule) => ({
    name: plain(schedule.target.arn).replace(/^[a-z]+-/, ""),
    rate: schedule.scheduleExpression,
  }));
  const running = laptop.schedules.all.map(({ name, everyMinutes }) => ({
    name,
    rate: `rate(${everyMinutes} ${everyMinutes === 1 ? "minute" : "minutes"})`,
  }));
  expect(byName(running)).toEqual(byName(deployed));
});

test("routes: methods, paths, scopes and functions", () => {
  const integrations = graph.resources.filter(({ type }) => type === types.integration);
  const deployed = resources(types.route).map((route) => {
    const id = String(route.target).replace("integrations/", "");
    const integration = integrations.find((each) => each.id === id);
    return {
      name: String(route.routeKey),
      scopes: [...(route.authorizationScopes ?? [])].sort(),
      function: plain(integration?.inputs.integrationUri),
    };
  });
  const running = storefrontRoutes.map(({ service, manifest }) => ({
    name: `${manifest.method} ${manifest.path}`,
    scopes: [...manifest.scopes].sort(),
    function: `${service}-${manifest.name}`,
  }));
  expect(byName(running)).toEqual(byName(deployed));
});
