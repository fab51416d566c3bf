// `pnpm worker`: runs reactions in a worker beside an order saga that runs on this machine without them.
import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { command, run, UsageError } from "@order-saga/arguments";
import { awsClients } from "@order-saga/local/aws";
import { naming } from "@order-saga/local/aws-refusal";
import { openDataDirectory } from "@order-saga/local/data-directory";
import { withoutLimits } from "@order-saga/local/limits";
import { reactionNames, workerEnvironment } from "@order-saga/local/worker-process";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";

const worker = command(
  {
    name: "pnpm worker",
    says: "Runs reactions of the order saga on this machine in a worker, until Ctrl-C.",
    usage: ["REACTION… [options]", "--all [options]"],
    words: [
      {
        name: "REACTION",
        says: reactionNames.join(", "),
        of: reactionNames,
        isOptional: true,
        isRepeatable: true,
      },
    ],
    options: {
      all: { kind: "flag", says: "every reaction" },
      endpoint: {
        kind: "text",
        value: "URL",
        default: "http://localhost:4566",
        pattern: /^https?:\/\/[^/]+\/?$/,
        needs: "a URL such as http://localhost:4566",
        says: "the AWS endpoint that `pnpm start` prints",
      },
      data: {
        kind: "text",
        value: "DIR",
        variable: "ORDER_SAGA_DATA",
        default: ".data",
        needs: "a folder",
        says: "where that order saga keeps its state, and so its secrets",
      },
      "health-port": {
        kind: "whole",
        least: 0,
        most: 65_535,
        value: "PORT",
        says: "answers how the queues are",
      },
      "batches-at-once": {
        kind: "whole",
        least: 1,
        most: 1000,
        says: "of each queue, default as its mapping",
      },
      "poll-seconds": {
        kind: "whole",
        least: 0,
        most: 20,
        default: 10,
        says: "how long an empty poll waits",
      },
      "stop-seconds": {
        kind: "whole",
        least: 0,
        most: 120,
        default: 25,
        says: "work may take after SIGTERM",
      },
    },
    notes:
      "Start the order saga without them: pnpm start --without REACTION,REACTION\nOr both in one: pnpm start --worker all",
  },
  async ({ all, data, endpoint, ...limits }, words) => {
    if (all === words.length > 0) throw new UsageError("name reactions, or give --all");
    const names = all ? reactionNames : words;
    const queues = await queuesAt(endpoint, names);
    Object.assign(
      process.env,
      workerEnvironment(names, {
        endpoint,
        queueUrl: (name) => queues.get(name) ?? `${endpoint}/000000000000/${name}`,
        values: {
          ...openDataDirectory(data),
          ...withoutLimits,
          ...(process.env.MAILS_PER_CUSTOMER && { MAILS_PER_CUSTOMER: process.env.MAILS_PER_CUSTOMER }),
          ...(process.env.QUOTA_SECONDS && { QUOTA_SECONDS: process.env.QUOTA_SECONDS }),
          STRIPE_API_URL: endpoint,
          CONFIGURATION_SET: "mail",
        },
      }),
    );
    const { run: runWorker } = await import("@order-saga/worker/run");
    const { everyReaction } = await import("@order-saga/worker/known");
    const given = Object.entries(limits).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, String(value)],
    );
    await runWorker(everyReaction, [...names, ...given]);
    return undefined;
  },
);

/** The URLs of their queues, by name. */
async function queuesAt(endpoint: string, names: readonly string[]): Promise<Map<string, string>> {
  const { sqs } = awsClients(endpoint);
  const found = allReactions(services).filter(({ manifest }) => names.includes(manifest.name));
  return new Map(
    await Promise.all(
      found.map(async ({ queue: { name: QueueName } }): Promise<[string, string]> => {
        const call = {
          operation: "GetQueueUrl",
          action: "sqs:GetQueueUrl",
          resource: `the queue ${QueueName}`,
        };
        const { QueueUrl = "" } = await naming(call, () => sqs.send(new GetQueueUrlCommand({ QueueName })));
        return [QueueName, QueueUrl];
      }),
    ),
  );
}

await run(worker, ({ name }) => ["AwsRefusal", "DataDirectoryError"].includes(name));
