// An execution environment that gives a function what its manifest grants: for the simulator and tests.
import type { Use } from "@order-saga/iam/authorize";
import type { Call } from "@order-saga/iam/requests";
import type { ClientKind, ExecutionEnvironment } from "./execution-environment.ts";
import type { FunctionManifest, ServiceManifest } from "./manifest.ts";
import { KEYS_TABLE_VARIABLE } from "./personal-data/table.ts";
import { plainNames } from "./plain-arns.ts";
import { AccessDenied, authorizeOf } from "./role.ts";
import { environmentOf } from "./topology.ts";

type Command = { readonly constructor: { readonly name: string }; readonly input: Call["input"] };
type Client = { send(command: Command, ...rest: unknown[]): Promise<unknown> };

/** The clients whose calls need a grant of the manifest, by their name in a policy. */
const judged: { readonly [K in ClientKind]?: Call["service"] } = {
  dynamodb: "dynamodb",
  eventbridge: "eventbridge",
  ses: "ses",
  sqs: "sqs",
  s3: "s3",
};

/** A variable that is not granted is not there; a request that is not granted gets AWS's own refusal. */
export function grantedEnvironment(
  env: ExecutionEnvironment,
  service: ServiceManifest,
  manifest: FunctionManifest,
  used?: Use,
): ExecutionEnvironment {
  const variables = variablesOf(service, manifest);
  const plain = plainNames(service);
  const names = {
    ...plain,
    table: env.variable("TABLE_NAME") ?? plain.table,
    keysTable: env.variable(KEYS_TABLE_VARIABLE) ?? plain.keysTable,
    bus: env.variable("BUS_NAME") ?? plain.bus,
    bucket: env.variable("BUCKET_NAME") ?? plain.bucket,
    mailFrom: env.variable("MAIL_FROM") ?? plain.mailFrom,
  };
  const authorize = authorizeOf(service, manifest, names, used);
  return {
    ...env,
    variable: (name) => (variables.has(name) ? env.variable(name) : undefined),
    client<T>(kind: ClientKind, create: Parameters<ExecutionEnvironment["client"]>[1]): T {
      const client = env.client(kind, create);
      const service = judged[kind];
      if (!service) return client as T;
      return restricted(client as Client, (command) => {
        const operation = command.constructor.name.replace(/Command$/, "");
        const denial = authorize({ service, operation: operationOf(operation), input: command.input });
        return denial && new AccessDenied(denial);
      }) as T;
    },
  };
}

/** The document client's commands have shorter names than the operations. */
function operationOf(command: string): string {
  if (command === "TransactWrite") return "TransactWriteItems";
  return /^(Get|Put|Update|Delete|BatchGet)$/.test(command) ? `${command}Item` : command;
}

/** Lambda's own, those that a stage may set for every function, and the manifest's. */
function variablesOf(service: ServiceManifest, manifest: FunctionManifest): ReadonlySet<string> {
  const given = environmentOf(service, manifest, {
    value: () => "",
    tableName: () => "",
    busName: "",
    bucketName: () => "",
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
