// Queues and state that last as long as a measurement.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateQueueCommand, type SQSClient } from "@aws-sdk/client-sqs";

export type Queue = { url: string; arn: string };

export async function createQueue(sqs: SQSClient, name: string): Promise<Queue> {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  return { url: QueueUrl, arn: `arn:aws:sqs:eu-west-1:000000000000:${name}` };
}

export function temporaryState(persisted: boolean): { directory: string | undefined; remove(): void } {
  const directory = persisted ? mkdtempSync(join(tmpdir(), "order-saga-backlog-")) : undefined;
  return {
    directory,
    remove() {
      if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}
