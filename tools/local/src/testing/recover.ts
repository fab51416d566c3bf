// What an operator does when the trouble is over: redrives the dead letters, and lets the schedules do the
// rest.
import { StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import type { Runtime } from "../runtime.ts";
import type { Saga } from "./saga.ts";

export async function recover(saga: Saga<Runtime>): Promise<void> {
  await saga.idle();
  await redrive(saga.runtime);
  await saga.idle();
  // What a dead process accepted and did not publish is left to the sweep.
  await saga.runtime.advanceClock(3 * 60_000);
  await saga.runtime.schedules.runNow();
  await saga.idle();
}

/** What was parked with a reason stays; only what failed too often is tried again. */
export async function redrive({ aws, clients, reactions }: Runtime): Promise<void> {
  for (const { deadLetterQueue, queue } of reactions) {
    const letters = aws.queues.messages(deadLetterQueue.name);
    if (letters.every(({ attributes }) => "errorName" in attributes)) continue;
    const arn = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;
    await clients.sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn: arn(deadLetterQueue.name),
        DestinationArn: arn(queue.name),
      }),
    );
    await expect.poll(() => aws.queues.count(deadLetterQueue.name).ready).toBe(0);
  }
}
