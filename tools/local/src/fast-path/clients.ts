// The environment of a service's thread, whose clients ask this process where it answers.
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { throughLoopback } from "./client.ts";
import type { Ask, Kind } from "./thread-requests.ts";
import { transportThrough } from "./transport.ts";

/**
 * `answered` says which kinds of request this process answers; the other clients stay as they are. With an
 * access key, calls of AWS are made by its owner.
 */
export function withFastClients(
  environment: ExecutionEnvironment,
  answered: readonly Kind[],
  ask: Ask,
  accessKey?: string,
): ExecutionEnvironment {
  const stripe = answered.includes("stripe") ? transportThrough((call) => ask("stripe", call)) : undefined;
  return {
    ...environment,
    client(kind, create) {
      if (kind === "stripe") return create(stripe);
      if (kind === "webhooks") return create();
      const client = accessKey === undefined ? create() : signedWith(accessKey, create());
      if (!answered.includes("aws") || kind === "s3") return client;
      return throughLoopback(kind, client, (call) => ask("aws", { ...call, accessKey }));
    },
  };
}

/** All functions of a service share the variables in which Lambda gives each its credentials. */
function signedWith<T>(accessKeyId: string, client: T): T {
  const { config } = client as { config: { credentials: () => Promise<object> } };
  config.credentials = async () => ({ accessKeyId, secretAccessKey: "local" });
  return client;
}
