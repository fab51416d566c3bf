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
  /** The functions reach the embedded endpoint by the whole SDK and HTTP, as they would reach AWS. */
  wire?: boolean;
  /** Another endpoint than the embedded one. */
  remote?: RemoteOptions;
};

export type RemoteOptions = {
  /** A URL, or `aws` for the account of the credentials in use. */
  endpoint: string;
  /** Before the name of everything that is made there. */
  prefix: string;
  /** False: everything must be there already. */
  provision: boolean;
};

/** The words on the command line were wrong; the message says which and what is right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage = `Usage: pnpm start [--port 3000] [--aws-port 4566] [--data DIR|memory] [--no-watch] [--wire]
                  [--endpoint URL|aws [--prefix laptop-] [--no-provision]]

  --port      port of the storefront API        (PORT)
  --aws-port  port of the embedded AWS endpoint (AWS_PORT)
  --data      where state is kept, or "memory"  (ORDER_SAGA_DATA), default .data
  --no-watch  saved source files reload nothing
  --wire      functions reach AWS and the embedded endpoint alike: by the whole SDK and HTTP
  --endpoint  another AWS-compatible endpoint, or "aws" for the account of your credentials;
              mails and cards stay on this machine, clock, faults and console are not there
  --prefix    before the name of everything made there, default laptop-
  --no-provision  makes nothing there; names what is missing
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
  const remote = parseRemote(values);
  const data = values.data ?? environment.ORDER_SAGA_DATA ?? (remote ? ".data-endpoint" : ".data");
  if (data === "") throw new UsageError("--data needs a folder or the word memory.");
  // Whoever names an endpoint on this machine has its port taken, and it is often AWS_PORT's default.
  const awsPort = values["aws-port"] ?? environment.AWS_PORT ?? (remote ? "0" : "4566");
  return {
    port: parsePort("--port", values.port ?? environment.PORT ?? "3000"),
    awsPort: parsePort("--aws-port", awsPort),
    data: data === "memory" ? undefined : data,
    watch: values["no-watch"] !== true,
    ...(values.wire === true && { wire: true }),
    ...(remote && { remote }),
  };
}

function parseRemote(values: ReturnType<typeof parseFlags>): RemoteOptions | undefined {
  const { endpoint, prefix = "laptop-" } = values;
  if (endpoint === undefined) {
    const [alone] = (["prefix", "no-provision"] as const).filter((flag) => values[flag] !== undefined);
    if (alone === undefined) return undefined;
    throw new UsageError(`--${alone} goes with --endpoint: the embedded endpoint is always made whole.`);
  }
  if (endpoint !== "aws" && !isEndpoint(endpoint))
    throw new UsageError(
      `--endpoint needs the word aws or a URL without path or credentials, such as http://localhost:4566, not ${JSON.stringify(endpoint)}.`,
    );
  if (!/^[a-z][a-z0-9-]{0,37}-$/.test(prefix) || prefix.startsWith("order-saga-"))
    throw new UsageError(
      `--prefix needs at most 39 of a-z, 0-9 and -, the last a -, and not order-saga-, which deployed stages have; not ${JSON.stringify(prefix)}.`,
    );
  return { endpoint, prefix, provision: values["no-provision"] !== true };
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hash, password, pathname, protocol, search, username } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === "/" && `${username}${password}${search}${hash}` === "";
}

function parseFlags(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      // pnpm passes a bare `--` on; it separates nothing here.
      args: args.filter((each) => each !== "--"),
      options: {
        port: text,
        "aws-port": text,
        data: text,
        "no-watch": { type: "boolean" },
        wire: { type: "boolean" },
        endpoint: text,
        prefix: text,
        "no-provision": { type: "boolean" },
      },
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
