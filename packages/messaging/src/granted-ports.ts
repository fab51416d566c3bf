// Ports in memory that refuse what the manifest does not grant, as AWS would: for the services' own tests.
import { sourceOfEvent } from "@order-saga/contracts";
import type { Call } from "@order-saga/iam/requests";
import type { FunctionManifest, ServiceManifest } from "./manifest.ts";
import { plainNames } from "./plain-arns.ts";
import type { Publish } from "./publisher.ts";
import { AccessDenied, authorizeOf } from "./role.ts";

/** An operation of DynamoDB on one item, or a query of an index: what a method of a store is made of. */
export type Operation = readonly [operation: string, key: string, index?: string];

/** What each method of a store asks of the table, by the arguments it is called with. */
export type OperationsOf<S> = {
  readonly [M in keyof S]?: S[M] extends (...given: infer A) => unknown
    ? (...given: A) => readonly Operation[]
    : never;
};

type StoredMethods = {
  load(orderId: string): unknown;
  save(record: { readonly orderId: string }): unknown;
  due(now: number, limit: number): unknown;
};

export type GrantedPorts = ReturnType<typeof grantedPorts>;

export function grantedPorts(service: ServiceManifest, manifest: FunctionManifest) {
  const names = plainNames(service);
  const authorize = authorizeOf(service, manifest, names);
  const recordOf = (orderId: string) => service.table.record.replace("*", orderId);
  const versioned: OperationsOf<StoredMethods> = {
    load: (orderId) => [["GetItem", recordOf(orderId)]],
    save: ({ orderId }) => [["PutItem", recordOf(orderId)]],
    due: () => [["Query", "0", "due"]],
  };

  function callOf([operation, key, IndexName]: Operation): Call {
    const TableName = names.table;
    if (IndexName === undefined)
      return { service: "dynamodb", operation, input: { TableName, Key: { pk: key } } };
    const { partitionKey } = service.table.indexes[IndexName] ?? {};
    const KeyConditionExpression = `${partitionKey} = :key`;
    const ExpressionAttributeValues = { ":key": key };
    const input = { TableName, IndexName, KeyConditionExpression, ExpressionAttributeValues };
    return { service: "dynamodb", operation, input };
  }

  function refusalOf(calls: readonly Call[]): AccessDenied | undefined {
    for (const call of calls) {
      const denial = authorize(call);
      if (denial) return new AccessDenied(denial);
    }
    return undefined;
  }

  /** The port, each of whose methods asks first whether the manifest allows it. */
  function restricted<P extends object>(
    port: P,
    callsOf: (method: PropertyKey, given: unknown[]) => readonly Call[],
  ): P {
    return new Proxy(port, {
      get(target, method) {
        const value = Reflect.get(target, method, target);
        if (typeof value !== "function") return value;
        return (...given: unknown[]) => {
          const refusal = refusalOf(callsOf(method, given));
          return refusal ? Promise.reject(refusal) : value.apply(target, given);
        };
      },
    });
  }

  const mail: Call = { service: "ses", operation: "SendRawEmail", input: { Source: names.mailFrom } };
  return {
    /** A store's methods are a versioned store's own, or say what they ask of the table. */
    store: <S extends object>(store: S, operations: OperationsOf<S> = {}): S =>
      restricted(store, (method, given) => {
        const asked = { ...versioned, ...operations }[method as keyof S & keyof typeof versioned] as
          | ((...given: unknown[]) => readonly Operation[])
          | undefined;
        if (!asked) throw new TypeError(`Say what the store's ${String(method)} asks of the table.`);
        return asked(...given).map(callOf);
      }),
    mailer: <M extends object>(mailer: M): M => restricted(mailer, () => [mail]),
    publish:
      (publish: Publish): Publish =>
      async (events) => {
        const entries = events.map(({ type }) => ({
          EventBusName: names.bus,
          Source: sourceOfEvent(type),
          DetailType: type,
        }));
        const put: Call = { service: "eventbridge", operation: "PutEvents", input: { Entries: entries } };
        const refusal = refusalOf([put]);
        if (refusal) throw refusal;
        await publish(events);
      },
  };
}
