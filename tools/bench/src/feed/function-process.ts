// The function import-stock in a process of its own, as Lambda has it: takes invocations, and tells how large
// the process was at most.
import { handler } from "@order-saga/inventory/functions/import-stock";

export type Invocation = { readonly body: string };
export type Report = {
  readonly failures: number;
  readonly residentMegabytes: number;
  readonly peakMegabytes: number;
};

const context = { functionName: "bench", awsRequestId: "1", getRemainingTimeInMillis: () => 600_000 };

process.on("message", async ({ body }: Invocation) => {
  const attributes = { ApproximateReceiveCount: "1" };
  const record = { messageId: "1", receiptHandle: "1", body, attributes, messageAttributes: {} };
  const answer = await handler({ Records: [record] } as never, context as never);
  const { batchItemFailures } = answer as { batchItemFailures: unknown[] };
  const { rss } = process.memoryUsage();
  const report: Report = {
    failures: batchItemFailures.length,
    residentMegabytes: rss / 2 ** 20,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
  process.send?.(report);
});
process.on("disconnect", () => process.exit(0));
