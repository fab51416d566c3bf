// The shared event bus, its archive, and the dead-letter queue for what it could not encrypt or decrypt.
import { sourceOf } from "@order-saga/contracts";
import { services } from "@order-saga/services";
import type { Account } from "./account.ts";
import { physicalName } from "./naming.ts";
import { createQueue, createQueuePolicy } from "./queue.ts";

export function createBus(account: Account, key: aws.kms.Key, production: boolean) {
  const deadLetterQueue = createQueue(
    { name: "bus-dlq", visibilityTimeoutSeconds: 30, retentionSeconds: 14 * 24 * 3600 },
    production,
  );
  const bus = new sst.aws.Bus("Bus", {
    transform: {
      bus: {
        name: physicalName("bus"),
        kmsKeyIdentifier: key.arn,
        // Events that met an error of the key are kept here, as AWS asks of buses with a key of their own.
        deadLetterConfig: { arn: deadLetterQueue.arn },
      },
    },
  });
  createQueuePolicy("bus-dlq", deadLetterQueue, account, bus.arn);
  new aws.cloudwatch.EventArchive("BusArchive", {
    name: physicalName("archive"),
    description: "Every event of the saga, to be replayed; a settled day replayed changes nothing.",
    eventSourceArn: bus.arn,
    eventPattern: JSON.stringify({ source: services.map(({ name }) => sourceOf(name)).sort() }),
    retentionDays: production ? 90 : 7,
    kmsKeyIdentifier: key.arn,
  });
  return { bus, deadLetterQueue };
}
