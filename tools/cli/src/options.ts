// The options of `pnpm start` and what they mean when they are not given.
import { type Declaration, port, UsageError, type Values } from "@order-saga/arguments";
import type { Reactions, RemoteOptions, RuntimeOptions } from "@order-saga/local/options";
import { endpointsOf } from "@order-saga/local/webhook-endpoints";

const quota = { kind: "whole", value: "COUNT", least: 0 } as const;

/** By the names of the settings that they give. */
const quotaOptions = {
  "orders-per-customer": {
    ...quota,
    variable: "ORDERS_PER_CUSTOMER",
    says: "a customer may place so many orders in the quota's window; by default any number",
  },
  "mails-per-customer": {
    ...quota,
    variable: "MAILS_PER_CUSTOMER",
    says: "a customer is sent so many mails in the quota's window; by default any number",
  },
  "quota-seconds": {
    kind: "whole",
    value: "SECONDS",
    least: 1,
    variable: "QUOTA_SECONDS",
    says: "how long that window is, default 3600",
  },
} as const;

const options = {
  webhook: {
    kind: "text",
    value: "URL,…",
    variable: "WEBHOOK_ENDPOINTS",
    pattern: /^(([a-z][a-z0-9-]{0,19}=)?https?:\/\/[^\s,]+)(,([a-z][a-z0-9-]{0,19}=)?https?:\/\/[^\s,]+)*$/,
    needs: "URLs such as http://localhost:8080/hooks, each also as NAME=URL",
    says: "who is told how orders end, by signed webhooks; http on this machine, https elsewhere",
  },
  port: { ...port, variable: "PORT", default: 3000, says: "port of the storefront API" },
  "aws-port": {
    ...port,
    variable: "AWS_PORT",
    says: "port of the embedded AWS endpoint, default 4566; with --endpoint any free port",
  },
  "allow-host": {
    kind: "text",
    value: "NAME,…",
    variable: "ORDER_SAGA_ALLOW_HOST",
    pattern: /^[\w.-]+(,[\w.-]+)*$/,
    needs: "names such as shop.example",
    says: "names besides localhost by which both ports may be asked, such as a tunnel's",
  },
  data: {
    kind: "text",
    value: "DIR|memory",
    variable: "ORDER_SAGA_DATA",
    needs: "a folder or the word memory",
    says: "where state is kept, default .data; with --endpoint .data-endpoint",
  },
  "no-watch": { kind: "flag", says: "saved source files reload nothing" },
  wire: {
    kind: "flag",
    says: "functions reach AWS and the embedded endpoint alike: by the whole SDK and HTTP",
  },
  without: {
    kind: "text",
    value: "REACTION,…",
    says: "reactions whose messages wait for `pnpm worker`, or all",
  },
  worker: {
    kind: "text",
    value: "REACTION,…",
    says: "reactions that a worker of its own process runs, or all",
  },
  ...quotaOptions,
  endpoint: {
    kind: "text",
    value: "URL|aws",
    says: 'another AWS-compatible endpoint, or "aws" for the account of your credentials; mails and cards stay on this machine, and there is no clock, no faults and no console',
  },
  prefix: { kind: "text", says: "before the name of everything made there, default laptop-" },
  "no-provision": { kind: "flag", says: "makes nothing there; names what is missing" },
} as const;

export const startDeclaration: Declaration<typeof options> = {
  name: "pnpm start",
  says: "Runs the saga on this machine until Ctrl-C. Port 0 takes any free port.",
  options,
  notes: `The console, where you watch it happen, is at http://localhost:3000/. While it runs, on this machine only and with
the header X-Order-Saga:

  GET, POST /__local/clock          what time it is; {"advanceSeconds": 600} or {"to": "2027-01-01T00:00:00Z"}
  GET, PUT, DELETE /__local/faults  what goes wrong; {"preset": "provider outage"} or {"faults": [{"kind": "crash"}]}

State that cannot be read is never overwritten; \`pnpm reset\` forgets it.`,
};

export function runtimeOptions(values: Values<typeof options>): RuntimeOptions {
  const remote = remoteOptions(values);
  const data = values.data ?? (remote ? ".data-endpoint" : ".data");
  return {
    port: values.port,
    // An endpoint on this machine often listens on 4566 itself.
    awsPort: values["aws-port"] ?? (remote ? 0 : 4566),
    data: data === "memory" ? undefined : data,
    watch: !values["no-watch"],
    ...(values["allow-host"] !== undefined && { hostNames: values["allow-host"].split(",") }),
    ...(values.wire && { wire: true }),
    ...settingsIn(values),
    ...consumers(values, remote !== undefined),
    ...(remote && { remote }),
  };
}

function settingsIn(values: Values<typeof options>): Pick<RuntimeOptions, "settings"> {
  const names = Object.keys(quotaOptions) as (keyof typeof quotaOptions)[];
  const quotas = names.flatMap((name): [string, string][] =>
    values[name] === undefined ? [] : [[quotaOptions[name].variable, String(values[name])]],
  );
  const given = [...quotas, ...endpointsIn(values)];
  return given.length > 0 ? { settings: Object.fromEntries(given) } : {};
}

/** A receiver without a name is called `receiver`, and a second one `receiver-2`. */
function endpointsIn({ webhook }: Values<typeof options>): [string, string][] {
  if (webhook === undefined) return [];
  const named = webhook.split(",").map((each, n) => {
    const isNamed = /^[a-z][a-z0-9-]*=/.test(each);
    return isNamed ? each : `${n === 0 ? "receiver" : `receiver-${n + 1}`}=${each}`;
  });
  try {
    endpointsOf(named.join(","));
  } catch (error) {
    throw new UsageError(`--webhook: ${error instanceof Error ? error.message : error}`);
  }
  return [["WEBHOOK_ENDPOINTS", named.join(",")]];
}

/** A worker runs beside the embedded endpoint, whose names and secrets it is given. */
function consumers({ without, worker }: Values<typeof options>, isRemote: boolean) {
  if (isRemote && (without ?? worker) !== undefined)
    throw new UsageError("--without and --worker go with the embedded endpoint, so not with --endpoint");
  const namesIn = (text: string): Reactions => (text === "all" ? "all" : text.split(","));
  return {
    ...(without !== undefined && { without: namesIn(without) }),
    ...(worker !== undefined && { worker: namesIn(worker) }),
  };
}

function remoteOptions(values: Values<typeof options>): RemoteOptions | undefined {
  const { endpoint, "no-provision": isComplete, prefix } = values;
  if (endpoint === undefined) {
    if (prefix === undefined && !isComplete) return undefined;
    const flag = isComplete ? "--no-provision" : "--prefix";
    throw new UsageError(`${flag} goes with --endpoint: the embedded endpoint is always made whole`);
  }
  if (endpoint !== "aws" && !isEndpoint(endpoint))
    throw new UsageError(
      `--endpoint needs the word aws or a URL without path or credentials, such as http://localhost:4566, not ${JSON.stringify(endpoint)}`,
    );
  if (prefix !== undefined && (!/^[a-z][a-z0-9-]{0,37}-$/.test(prefix) || prefix.startsWith("order-saga-")))
    throw new UsageError(
      `--prefix needs at most 39 of a-z, 0-9 and -, the last a -, and not order-saga-, which deployed stages have; not ${JSON.stringify(prefix)}`,
    );
  return { endpoint, prefix: prefix ?? "laptop-", provision: !isComplete };
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hash, password, pathname, protocol, search, username } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === "/" && `${username}${password}${search}${hash}` === "";
}
