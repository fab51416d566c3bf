// The functions as they are shipped, by their manifests: each is imported with its environment, as Lambda does.

import { functionsOf, type ServiceManifest } from "@order-saga/messaging";
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { environmentOf } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import type { FunctionCode, Handler } from "./lambda.ts";

export { services };

export const BUS_NAME = "simulated";
const QUEUE_URL = "https://sqs.simulated/";

/** What a stage would give; secrets that would be found in a log by their text. */
const secrets: Record<string, string> = {
  ORDER_ID_SECRET: "simulated-order-id-secret",
  STRIPE_API_KEY: "sk_test_simulated",
};

/** The environment of every function by its name, with the plan's settings. */
export function environments(
  settings: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  return new Map(
    services.flatMap((service) =>
      functionsOf(service).map((manifest) => [
        nameOf(service, manifest),
        environmentOf(service, manifest, {
          value: (name) => settings[name] ?? secrets[name] ?? service.settings[name] ?? "",
          tableName: (name) => name,
          busName: BUS_NAME,
          queueUrl: (name) => `${QUEUE_URL}${name}`,
        }),
      ]),
    ),
  );
}

export const orderIdSecret = secrets.ORDER_ID_SECRET ?? "";

const nameOf = (service: ServiceManifest, { name }: { name: string }) => `${service.name}-${name}`;

/** Every function's code; `load` imports a function's file, so that another version can be imported instead. */
export async function loadFunctions(
  load: (specifier: string) => Promise<unknown> = (specifier) => import(specifier),
): Promise<ReadonlyMap<string, FunctionCode>> {
  const codes = new Map<string, FunctionCode>();
  const variables = environments();
  for (const service of services) {
    for (const manifest of functionsOf(service)) {
      const name = nameOf(service, manifest);
      const environment = { ...variables.get(name), AWS_REGION: "eu-west-1" };
      const before = { ...process.env };
      Object.assign(process.env, environment);
      const specifier = `@order-saga/${service.name}/functions/${manifest.name}`;
      const { create } = (await load(specifier)) as { create: (sandbox: ExecutionEnvironment) => Handler };
      process.env = before;
      codes.set(name, { service: service.name, manifest, name, create });
    }
  }
  return codes;
}
