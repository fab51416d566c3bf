// The environment of a service's thread, whose clients ask this process where it answers.
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { throughLoopback } from "./client.ts";
import type { Ask, Kind } from "./thread-requests.ts";
import { transportThrough } from "./transport.ts";

/** `answered` says which kinds of request this process answers; the other clients stay as they are. */
export function withFastClients(
  environment: ExecutionEnvironment,
  answered: readonly Kind[],
  ask: Ask,
): ExecutionEnvironment {
  const stripe = answered.includes("stripe") ? transportThrough((call) => ask("stripe", call)) : undefined;
  return {
    ...environment,
    client(kind, create) {
      if (kind === "stripe") return create(stripe);
      if (!answered.includes("aws")) return create();
      return throughLoopback(kind, create(), (call) => ask("aws", call));
    },
  };
}
