// The flags of `pnpm start` and what they mean when they are not given.
import { parseArgs } from "node:util";

export type RuntimeOptions = {
  /** Port of the storefront API; 0 takes any free one. */
  port: number;
  /** Port of the AWS endpoint; 0 takes any free one. */
  awsPort: number;
  /** Folder that keeps all state, or undefined for memory. */
  data: string | undefined;
  /** Reload a service when one of its source files is saved. */
  watch?: boolean;
};

/** The words on the command line were wrong; the message says which and what is right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage = `Usage: pnpm start [--port 3000] [--aws-port 4566] [--data DIR|memory] [--no-watch]

  --port      port of the storefront API        (PORT)
  --aws-port  port of the embedded AWS endpoint (AWS_PORT)
  --data      where state is kept, or "memory"  (ORDER_SAGA_DATA), default .data
  --no-watch  saved source files reload nothing
Port 0 takes any free port.

The console, where you watch it happen, is at http://localhost:3000/. While it runs, on this machine only and with the header X-Order-Saga:

  GET, POST /__local/clock          what time it is; {"advanceSeconds": 600} or {"to": "2027-01-01T00:00:00Z"}
  GET, PUT, DELETE /__local/faults  what goes wrong; {"preset": "provider outage"} or {"faults": [{"kind": "crash"}]}

State that cannot be read is never overwritten; \`pnpm reset\` forgets it.`;

export function parseOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): RuntimeOptions {
  const values = parseFlags(args);
  const data = values.data ?? environment.ORDER_SAGA_DATA ?? ".data";
  if (data === "") throw new UsageError("--data needs a folder or the word memory.");
  return {
    port: parsePort("--port", values.port ?? environment.PORT ?? "3000"),
    awsPort: parsePort("--aws-port", values["aws-port"] ?? environment.AWS_PORT ?? "4566"),
    data: data === "memory" ? undefined : data,
    watch: values["no-watch"] !== true,
  };
}

function parseFlags(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      // pnpm passes a bare `--` on; it separates nothing here.
      args: args.filter((each) => each !== "--"),
      options: { port: text, "aws-port": text, data: text, "no-watch": { type: "boolean" } },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

export function parsePort(flag: string, value: string): number {
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return port;
  throw new UsageError(`${flag} needs a port from 0 to 65535, not ${JSON.stringify(value)}.`);
}
