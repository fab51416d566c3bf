// One cold start: imports a bundle and hands it its first event, in a process that has done nothing else.
import { writeSync } from "node:fs";
// In AWS the SDK speaks TLS; here it does not, and would load this, with undici, for the benchmark alone.
import "node:http";

/** What one process tells: milliseconds of the clock and of the processor. */
export type ColdStart = {
  importMilliseconds: number;
  recordMilliseconds: number;
  /** From before the import until the first event is answered; without Node's own start. */
  cpuMilliseconds: number;
  /** With it. */
  processCpuMilliseconds: number;
  residentMegabytes: number;
  failure?: string;
};

if (import.meta.main) {
  const [file = "", event = "", now = ""] = process.argv.slice(2);
  Date.now = () => Number(now);
  const given: unknown = JSON.parse(event);
  const context = { functionName: "bench", awsRequestId: "1", getRemainingTimeInMillis: () => 30_000 };
  const begun = performance.now();
  const before = process.cpuUsage();
  const { handler } = (await import(file)) as { handler(event: unknown, context: unknown): Promise<unknown> };
  const imported = performance.now();
  const result = await handler(given, context);
  const answered = performance.now();
  const after = process.cpuUsage();
  const report: ColdStart = {
    importMilliseconds: imported - begun,
    recordMilliseconds: answered - imported,
    cpuMilliseconds: (after.user + after.system - before.user - before.system) / 1000,
    processCpuMilliseconds: (after.user + after.system) / 1000,
    residentMegabytes: process.memoryUsage.rss() / 2 ** 20,
    ...failureOf(result),
  };
  writeSync(3, JSON.stringify(report));
  process.exit(0);
}

/** A measurement of a failure would be one of something else. */
function failureOf(result: unknown): { failure?: string } {
  const { batchItemFailures, statusCode } = (result ?? {}) as {
    batchItemFailures?: unknown[];
    statusCode?: number;
  };
  if (batchItemFailures && batchItemFailures.length > 0) return { failure: "the record failed" };
  return statusCode !== undefined && statusCode >= 400 ? { failure: `answered ${statusCode}` } : {};
}
