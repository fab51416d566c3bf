// A queue with its own policy: TLS only, and only the named sender may send.
import { queuePolicy } from "@order-saga/messaging/queue-policy";
import type { QueueResource } from "@order-saga/messaging/topology";
import type { Account } from "./account.ts";
import { logicalName, physicalName } from "./naming.ts";

export function createQueue(queue: QueueResource, production: boolean, deadLetterQueue?: sst.aws.Queue) {
  return new sst.aws.Queue(logicalName(queue.name, "queue"), {
    visibilityTimeout: `${queue.visibilityTimeoutSeconds} seconds`,
    ...(deadLetterQueue &&
      queue.redrive && { dlq: { queue: deadLetterQueue.arn, retry: queue.redrive.maxReceiveCount } }),
    transform: {
      queue: (args, options) => {
        args.name = physicalName(queue.name);
        args.messageRetentionSeconds = queue.retentionSeconds;
        args.sqsManagedSseEnabled = true;
        // A message that waits in production outlives a mistaken removal.
        options.retainOnDelete = production;
        return undefined;
      },
    },
  });
}

/**
 * Replaces SST's policy, which lets SNS, S3 and the rules of every account send. `senders` are the ARNs of
 * the rules or the bus that may send; without them only identities of this account with that permission may.
 */
export function createQueuePolicy(
  name: string,
  queue: sst.aws.Queue,
  account: Account,
  ...senders: $util.Input<string>[]
): aws.sqs.QueuePolicy {
  return new aws.sqs.QueuePolicy(logicalName(name, "policy"), {
    queueUrl: queue.url,
    policy: $jsonStringify(queuePolicy(queue.arn, senderOf(account, senders))),
  });
}

function senderOf({ id: account }: Account, [first, ...others]: readonly $util.Input<string>[]) {
  if (first === undefined) return undefined;
  return { arn: others.length > 0 ? [first, ...others] : first, account };
}
