// What an operator does when the trouble is over: redrives the dead letters, and lets the schedules do the
// rest.
import { StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import type { Runtime } from "../runtime.ts";
import type { Saga } from "./saga.ts";

/** What was parked with a reason stays; only what failed too often is tried again. */
export async function recover(saga: Saga<Runtime>): Promise<void> {
  const { aws, clients, reactions, schedules } = saga.runtime;
  await saga.idle();
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
  await saga.idle();
  // What a dead process accepted and did not publish is left to the sweep.
  await saga.runtime.advanceClock(3 * 60_000);
  await schedules.runNow();
  await saga.idle();
}
