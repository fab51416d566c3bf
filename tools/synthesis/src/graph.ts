// The rendered deployment: every resource with its resolved inputs, and every function's bundle.
import type { Bundle } from "./bundle.ts";

export type Resource = {
  /** Pulumi's type token, as `aws:sqs/queue:Queue`. */
  type: string;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs are as wide as AWS; a promise narrows what it reads.
  inputs: Record<string, any>;
  /** What the provider would have answered; under mocks, derived from type and name. */
  id: string;
  arn: string;
  options: {
    protect?: boolean;
    retainOnDelete?: boolean;
    /**
     * `type name` of every resource that Pulumi makes before this one, named by `dependsOn` or by an input.
     */
    dependsOn?: string[];
    ignoreChanges?: string[];
  };
};

/**
 * The settings that promises compare with; no other is written into a graph, because secrets are among
 * them.
 */
export const settingsOfGraph = [
  "ACCOUNT_CONCURRENCY",
  "ACTION_WITHIN_SECONDS",
  "API_BURST",
  "API_PER_SECOND",
  "ADMIT_WITHIN_PERCENT",
  "REGION",
  "JWT_ISSUER",
  "MAIL_IDENTITY_OWNER",
  "SCHEMAS_OWNER",
  "COST_MONITOR",
  "DECIDE_WITHIN_SECONDS",
  "DELIVERIES_PER_SECOND",
  "LOG_SAMPLE",
  "MAILS_PER_DAY",
  "MAIL_PER_SECOND",
  "MAILS_PER_CUSTOMER",
  "MONTHLY_BUDGET",
  "ORDERS_PER_CUSTOMER",
  "PAUSED_REACTIONS",
  "PUT_EVENTS_PER_SECOND",
  "QUOTA_SECONDS",
  "REACTION_CONCURRENCY",
  "RESERVATION_SECONDS",
  "STOPPED",
  "STOREFRONT_ORIGIN",
  "STRIPE_PER_SECOND",
  "WAITS_AT_ONCE",
  "WARM_ORDERS_PER_SECOND",
  "WORKER_REACTIONS",
] as const;

export type Graph = {
  app: string;
  stage: string;
  /** Where sst.config.ts deploys it. */
  region: string;
  /** Those that say what the stage makes and what it takes from elsewhere. */
  settings: { readonly [Name in (typeof settingsOfGraph)[number]]?: string | undefined };
  resources: Resource[];
  /** What is there already and only looked up, by its id in AWS. */
  found: Pick<Resource, "type" | "name" | "id" | "arn">[];
  bundles: Omit<Bundle, "out">[];
  outputs: Record<string, unknown>;
};

/** What is called `name` in the stage, as AWS calls it. */
export function physical({ app, stage }: Graph, name: string): string {
  return `${app}-${stage}-${name}`;
}

/** A setting of the stage, or what it is unless given. */
export function numericSetting(graph: Graph, name: (typeof settingsOfGraph)[number], otherwise: number) {
  return Number(graph.settings[name] ?? otherwise);
}

/** All resources of a type. Throws if there is none, so that no promise holds for lack of resources. */
export function all(graph: Graph, type: string): Resource[] {
  const found = graph.resources.filter((each) => each.type === type);
  if (found.length === 0) throw new Error(`The graph has no resource of type ${type}.`);
  return found;
}

export function find(
  graph: Graph,
  type: string,
  where: (resource: Resource) => boolean,
): Resource | undefined {
  return graph.resources.find((each) => each.type === type && where(each));
}

/** The function that an ARN names, whether of the function itself or of its alias. */
export function functionOf(graph: Graph, arn: unknown): Resource | undefined {
  const unqualified = String(arn).split(":").slice(0, 7).join(":");
  return find(graph, "aws:lambda/function:Function", (each) => each.arn === unqualified);
}

export function parse<T>(json: unknown): T {
  return (typeof json === "string" ? JSON.parse(json) : json) as T;
}
