// Imports every shipped function with its environment variables, as Lambda does.
import { functionsOf, type ServiceManifest } from "@order-saga/messaging";
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { environmentOf } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { importFunction } from "@order-saga/services/functions";
import type { FunctionCode, Handler } from "./lambda.ts";

/** The stage's secrets, with values that a checker would find in a log. */
const secrets: Record<string, string> = {
  ORDER_ID_SECRET: "simulated-order-id-secret",
  STRIPE_API_KEY: "sk_test_simulated",
  WEBHOOK_SECRETS: `shop=whsec_${Buffer.alloc(32, 1).toString("base64")},erp=whsec_${Buffer.alloc(32, 2).toString("base64")}`,
  STRIPE_WEBHOOK_SECRETS: "whsec_simulated_new,whsec_simulated_present",
};

/** A stage has the webhooks' service with its setting alone, and simulates it then. */
const endpoints: Record<string, string> = {
  ...(process.env.WEBHOOK_ENDPOINTS && { WEBHOOK_ENDPOINTS: process.env.WEBHOOK_ENDPOINTS }),
};

type Variables = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** The environment variables of every function by its name, with the plan's settings. */
export function variablesOf(
  services: readonly ServiceManifest[],
  settings: Readonly<Record<string, string>> = {},
): Variables {
  return new Map(
    services.flatMap((service) =>
      functionsOf(service).map((manifest) => [
        nameOf(service, manifest),
        environmentOf(service, manifest, {
          value: (name) => settings[name] ?? secrets[name] ?? endpoints[name] ?? service.settings[name] ?? "",
          tableName: (name) => name,
          busName: "simulated",
          bucketName: () => service.bucket?.name ?? "",
          queueUrl: (name) => `https://sqs.simulated/${name}`,
        }),
      ]),
    ),
  );
}

export const orderIdSecret = secrets.ORDER_ID_SECRET ?? "";

/** The provider signs with the second; the first is about to take its place. */
export const webhookSecret = "whsec_simulated_present";

const nameOf = (service: ServiceManifest, { name }: { name: string }) => `${service.name}-${name}`;

/** Every function's code; `load` imports a function's file and may import another version instead. */
export async function loadFunctions(
  load: (service: string, name: string) => Promise<unknown> = importFunction,
): Promise<ReadonlyMap<string, FunctionCode>> {
  const codes = new Map<string, FunctionCode>();
  const variables = variablesOf(services);
  for (const service of services) {
    for (const manifest of functionsOf(service)) {
      const name = nameOf(service, manifest);
      const environment = { ...variables.get(name), AWS_REGION: "eu-west-1" };
      const before = { ...process.env };
      Object.assign(process.env, environment);
      const { create } = (await load(service.name, manifest.name)) as {
        create: (environment: ExecutionEnvironment) => Handler;
      };
      process.env = before;
      codes.set(name, { service: service.name, manifest, name, create });
    }
  }
  return codes;
}
