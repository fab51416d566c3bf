// The laptop in a process of its own, which may be killed: it recovers as an operator would have it recover.
import { StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { type Laptop, startLaptop } from "@order-saga/cli/laptop";
import { scopes } from "@order-saga/contracts";
import { arnOf } from "@order-saga/local/aws";

export type HostMessage = { kind: "ready"; url: string; token: string } | { kind: "recovered" };
export type HostCommand = "recover" | "stop" | { dieAfterCalls: number };

/** After it the sweeps take up what was accepted and not published. */
const SWEEP_MILLISECONDS = 3 * 60_000;

const [data] = process.argv.slice(2);
const tell = (message: HostMessage) => process.send?.(message);

const laptop = await startLaptop(
  { port: 0, awsPort: 0, data, watch: false },
  { onLog: () => {}, onWarning: () => {} },
);
process.on("message", async (command: HostCommand) => {
  if (typeof command === "object") return dieWhileImporting(command.dieAfterCalls);
  if (command === "stop") {
    await laptop.stop();
    process.exit(0);
  }
  await recover(laptop);
  tell({ kind: "recovered" });
});
process.on("disconnect", () => process.exit(0));
const token = await laptop.issuer.sign({
  sub: "bench",
  scope: scopes.join(" "),
  expiresInSeconds: 365 * 24 * 3600,
});
tell({ kind: "ready", url: laptop.url, token });

/** What a dead process had received comes back, dead letters are redriven, and the schedules run. */
async function recover({ advanceClock, aws, clients, reactions, schedules }: Laptop): Promise<void> {
  const hidden = reactions.map(({ queue }) => queue.visibilityTimeoutSeconds * 1000);
  await advanceClock(Math.max(...hidden, SWEEP_MILLISECONDS) + 1000);
  for (const { deadLetterQueue, queue } of reactions) {
    if (aws.queues.count(deadLetterQueue.name).ready === 0) continue;
    const arns = { SourceArn: arnOf(deadLetterQueue.name), DestinationArn: arnOf(queue.name) };
    await clients.sqs.send(new StartMessageMoveTaskCommand(arns));
  }
  await schedules.runNow();
}

/**
 * Kills this process when import-stock has asked so much of its endpoint, before, while or after that is
 * carried out.
 */
function dieWhileImporting(calls: number): void {
  let left = calls;
  laptop.observe({
    callJudged({ accessKey }) {
      if (accessKey !== "inventory-import-stock" || left-- !== 0) return;
      setTimeout(() => process.kill(process.pid, "SIGKILL"), calls % 4);
    },
  });
}
