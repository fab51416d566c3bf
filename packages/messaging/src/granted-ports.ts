// Ports in memory that refuse what the manifest does not grant, as AWS would: for the services' own tests.
import { sourceOfEvent } from "@order-saga/contracts";
import { type Request, refusalsOf } from "./grants.ts";
import type { FunctionManifest, ServiceManifest } from "./manifest.ts";
import type { Publish } from "./publisher.ts";

const isRead = (method: PropertyKey) => method === "load" || method === "due";

export type GrantedPorts = ReturnType<typeof grantedPorts>;

export function grantedPorts(service: ServiceManifest, manifest: FunctionManifest) {
  const refused = refusalsOf(service, manifest);

  /** The port, each of whose methods asks first whether the manifest allows it. */
  function restricted<P extends object>(port: P, requestOf: (method: keyof P) => Request): P {
    return new Proxy(port, {
      get(target, method) {
        const value = Reflect.get(target, method, target);
        if (typeof value !== "function") return value;
        return (...given: unknown[]) => {
          const refusal = refused(requestOf(method as keyof P));
          return refusal ? Promise.reject(refusal) : value.apply(target, given);
        };
      },
    });
  }

  return {
    /** A store's methods write unless they are a versioned store's reads, or named as the service's own. */
    store: <S extends object>(store: S, reads: readonly (keyof S)[] = []): S =>
      restricted(store, (method) => ({
        on: "table",
        action: isRead(method) || reads.includes(method) ? "dynamodb:GetItem" : "dynamodb:PutItem",
        name: service.name,
      })),
    mailer: <M extends object>(mailer: M): M =>
      restricted(mailer, () => ({ on: "mail", action: "ses:SendRawEmail", name: service.name })),
    publish:
      (publish: Publish): Publish =>
      async (events) => {
        for (const { type } of events) {
          const keys = { "events:source": sourceOfEvent(type), "events:detail-type": type };
          const refusal = refused({ on: "bus", action: "events:PutEvents", name: "bus", keys });
          if (refusal) throw refusal;
        }
        await publish(events);
      },
  };
}
