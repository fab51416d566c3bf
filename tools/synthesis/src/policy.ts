// Policies as AWS writes them, read one statement at a time.
import { type Graph, parse, type Resource } from "./graph.ts";
import { types } from "./types.ts";

export type Statement = {
  effect: "Allow" | "Deny";
  actions: string[];
  resources: string[];
  /** `Service:events.amazonaws.com`, `AWS:arn…`, or `*`. */
  principals: string[];
  /** Values by `operator key`, as `StringEquals aws:SourceAccount`. */
  conditions: Record<string, string[]>;
};

type Raw = {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource?: string | string[];
  Principal?: "*" | Record<string, string | string[]>;
  Condition?: Record<string, Record<string, string | string[]>>;
};

export function statementsOf(policy: unknown): Statement[] {
  const { Statement } = parse<{ Statement: Raw | Raw[] }>(policy);
  return list(Statement).map((raw) => ({
    effect: raw.Effect,
    actions: list(raw.Action),
    resources: list(raw.Resource ?? []),
    principals: principalsOf(raw.Principal),
    conditions: Object.fromEntries(
      Object.entries(raw.Condition ?? {}).flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, values]) => [`${operator} ${key}`, list(values)]),
      ),
    ),
  }));
}

function principalsOf(principal: Raw["Principal"]): string[] {
  if (principal === undefined) return [];
  if (principal === "*") return ["*"];
  return Object.entries(principal).flatMap(([kind, names]) => list(names).map((name) => `${kind}:${name}`));
}

function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

/** What a role may do, over all its inline policies. */
export function grantsOf(role: Resource): Statement[] {
  const policies = (role.inputs.inlinePolicies ?? []) as { policy: string }[];
  return policies.flatMap(({ policy }) => statementsOf(policy));
}

export type NamedPolicy = {
  name: string;
  kind: "role" | "trust" | "queue" | "key" | "topic";
  statements: Statement[];
};

/** Every policy of the deployment. */
export function policiesOf({ resources }: Graph): NamedPolicy[] {
  return resources.flatMap((each): NamedPolicy[] => {
    switch (each.type) {
      case types.role:
        return [
          { name: each.name, kind: "role", statements: grantsOf(each) },
          { name: each.name, kind: "trust", statements: statementsOf(each.inputs.assumeRolePolicy) },
        ];
      case types.queuePolicy:
        return [{ name: each.name, kind: "queue", statements: statementsOf(each.inputs.policy) }];
      case types.key:
        return [{ name: each.name, kind: "key", statements: statementsOf(each.inputs.policy) }];
      case types.topicPolicy:
        return [{ name: each.name, kind: "topic", statements: statementsOf(each.inputs.policy) }];
      default:
        return [];
    }
  });
}
