// An execution environment that gives a function what its manifest grants: for the simulator and tests.
import type { PutEventsCommandInput } from "@aws-sdk/client-eventbridge";
import type { ClientKind, ExecutionEnvironment } from "./execution-environment.ts";
import { type Request, refusalsOf } from "./grants.ts";
import type { FunctionManifest, ServiceManifest } from "./manifest.ts";
import { environmentOf } from "./topology.ts";

type Command = { readonly constructor: { readonly name: string }; readonly input: never };
type Client = { send(command: Command, ...rest: unknown[]): Promise<unknown> };

/** Which requests a command makes, by the kind of client; the other kinds need no grant of a manifest. */
const requestsOf: { readonly [K in ClientKind]?: (command: Command) => Request[] } = {
  dynamodb: tableRequests,
  eventbridge: busRequests,
  ses: (command) => {
    const { Source: name = "" } = command.input as { Source?: string };
    return [{ on: "mail", action: `ses:${verbOf(command)}`, name }];
  },
};

/** A variable that is not granted is not there; a request that is not granted gets AWS's own refusal. */
export function grantedEnvironment(
  env: ExecutionEnvironment,
  service: ServiceManifest,
  manifest: FunctionManifest,
): ExecutionEnvironment {
  const refused = refusalsOf(service, manifest);
  const variables = variablesOf(service, manifest);
  return {
    ...env,
    variable: (name) => (variables.has(name) ? env.variable(name) : undefined),
    client<T>(kind: ClientKind, create: Parameters<ExecutionEnvironment["client"]>[1]): T {
      const client = env.client(kind, create);
      const requests = requestsOf[kind];
      if (!requests) return client as T;
      return restricted(client as Client, (command) => {
        for (const request of requests(command)) {
          const refusal = refused(request);
          if (refusal) return refusal;
        }
        return undefined;
      }) as T;
    },
  };
}

/** Lambda's own, those that a stage may set for every function, and the manifest's. */
function variablesOf(service: ServiceManifest, manifest: FunctionManifest): ReadonlySet<string> {
  const given = environmentOf(service, manifest, {
    value: () => "",
    tableName: () => "",
    busName: "",
    queueUrl: () => "",
  });
  return new Set(["AWS_REGION", "LOG_LEVEL", "LOG_SAMPLE", ...Object.keys(given)]);
}

/** The client, whose `send` rejects what is refused and passes everything else on. */
function restricted(client: Client, refusal: (command: Command) => Error | undefined): Client {
  return new Proxy(client, {
    get(target, property) {
      if (property !== "send") return Reflect.get(target, property, target);
      return (command: Command, ...rest: unknown[]) => {
        const refused = refusal(command);
        return refused ? Promise.reject(refused) : target.send(command, ...rest);
      };
    },
  });
}

const transactionActions = {
  ConditionCheck: "ConditionCheckItem",
  Delete: "DeleteItem",
  Put: "PutItem",
  Update: "UpdateItem",
} as const;

type TableInput = {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Partial<Record<keyof typeof transactionActions, TableInput>>[];
};

/** A transaction needs the permission of each of its parts. */
function tableRequests(command: Command): Request[] {
  const { IndexName, RequestItems = {}, TableName, TransactItems } = command.input as TableInput;
  if (TransactItems) {
    const parts = TransactItems.flatMap((item) => Object.entries(item));
    return parts.map(([part, { TableName: name = "" }]) => ({
      on: "table",
      action: `dynamodb:${transactionActions[part as keyof typeof transactionActions]}`,
      name,
    }));
  }
  const verb = verbOf(command);
  const action = `dynamodb:${verb === "Query" || verb === "Scan" ? verb : `${verb}Item`}`;
  if (IndexName !== undefined) return [{ on: "indexes", action, name: `${TableName}/index/${IndexName}` }];
  const names = TableName === undefined ? Object.keys(RequestItems) : [TableName];
  return names.map((name) => ({ on: "table", action, name }));
}

/** EventBridge refuses the whole request if one entry is not allowed. */
function busRequests(command: Command): Request[] {
  const { Entries = [] } = command.input as PutEventsCommandInput;
  return Entries.map(({ DetailType = "", EventBusName: name = "", Source = "" }) => ({
    on: "bus",
    action: `events:${verbOf(command)}`,
    name,
    keys: { "events:source": Source, "events:detail-type": DetailType },
  }));
}

const verbOf = (command: Command) => command.constructor.name.replace(/Command$/, "");
