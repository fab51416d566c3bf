// The shared event bus, its archive, and the dead-letter queue for what it could not encrypt or decrypt.
import { archiveResource } from "@order-saga/messaging/topology";
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
  const deadLetterPolicy = createQueuePolicy("bus-dlq", deadLetterQueue, account, bus.arn);
  const { description, name, pattern, retentionDays } = archiveResource(services, production);
  const archive = new aws.cloudwatch.EventArchive("BusArchive", {
    name: physicalName(name),
    description,
    eventSourceArn: bus.arn,
    eventPattern: JSON.stringify(pattern),
    retentionDays,
    kmsKeyIdentifier: key.arn,
  });
  return { bus, archive, deadLetterPolicy };
}
