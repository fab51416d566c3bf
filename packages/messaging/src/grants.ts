// What a manifest grants its function in AWS, and the refusal that AWS answers with to anything else.
import { sourceOf } from "@order-saga/contracts";
import type { FunctionManifest, ServiceManifest } from "./manifest.ts";

/** One statement of the function's role; the stack knows the resource's ARN. */
export type Grant = {
  readonly on: "table" | "indexes" | "bus" | "mail";
  readonly actions: readonly string[];
  /** Condition keys, each with the values that it may have. */
  readonly conditions?: Readonly<Record<string, readonly string[]>>;
};

/** Never a scan, never a deletion. */
const reads = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"];
const writes = ["dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];

export function grantsOf(service: ServiceManifest, manifest: FunctionManifest): Grant[] {
  const { mail, says, table } = manifest;
  const isIndexed = Object.keys(service.table.indexes).length > 0;
  const conditions = { "events:source": [sourceOf(service.name)], "events:detail-type": [...says].sort() };
  return [
    ...(table === "none"
      ? []
      : [{ on: "table" as const, actions: table === "write" ? [...reads, ...writes] : reads }]),
    ...(table !== "none" && isIndexed ? [{ on: "indexes" as const, actions: ["dynamodb:Query"] }] : []),
    ...(says.length > 0 ? [{ on: "bus" as const, actions: ["events:PutEvents"], conditions }] : []),
    ...(mail ? [{ on: "mail" as const, actions: ["ses:SendRawEmail"] }] : []),
  ];
}

/** What a function asks of AWS, with the values of the condition keys. */
export type Request = {
  readonly on: Grant["on"];
  readonly action: string;
  /** The resource's name, such as the table's. */
  readonly name: string;
  readonly keys?: Readonly<Record<string, string>>;
};

/** AWS's answer to a request that no statement of the function's role allows; undefined if one does. */
export type Refuse = (request: Request) => AccessDenied | undefined;

export function refusalsOf(service: ServiceManifest, manifest: FunctionManifest): Refuse {
  const grants = grantsOf(service, manifest);
  const role = `${service.name}-${manifest.name}`;
  return ({ action, keys = {}, name, on }) => {
    const isAllowed = grants.some(
      ({ actions, conditions = {}, on: resource }) =>
        resource === on &&
        actions.includes(action) &&
        Object.entries(conditions).every(([key, values]) => values.includes(keys[key] ?? "")),
    );
    if (isAllowed) return undefined;
    return new AccessDenied(
      `arn:aws:sts::000000000000:assumed-role/${role}/${role}`,
      action,
      arnOf[on](name),
    );
  };
}

const arnOf: Record<Grant["on"], (name: string) => string> = {
  table: (name) => `arn:aws:dynamodb:eu-west-1:000000000000:table/${name}`,
  indexes: (name) => `arn:aws:dynamodb:eu-west-1:000000000000:table/${name}`,
  bus: (name) => `arn:aws:events:eu-west-1:000000000000:event-bus/${name}`,
  mail: (name) => `arn:aws:ses:eu-west-1:000000000000:identity/${name}`,
};

/** The error that the SDK throws: SES still has the name and the quotation marks of its own protocol. */
export class AccessDenied extends Error {
  override readonly name: "AccessDenied" | "AccessDeniedException";
  readonly $metadata: { readonly httpStatusCode: number };
  constructor(user: string, action: string, resource: string) {
    const isMail = action.startsWith("ses:");
    super(
      isMail
        ? `User \`${user}' is not authorized to perform \`${action}' on resource \`${resource}'`
        : `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    );
    this.name = isMail ? "AccessDenied" : "AccessDeniedException";
    this.$metadata = { httpStatusCode: isMail ? 403 : 400 };
  }
}
