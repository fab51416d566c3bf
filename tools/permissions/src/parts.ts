// What a role's policy is made of: each action on each resource, and each value that a condition leaves open.
import { judgeOf } from "@order-saga/iam/evaluate";
import { like, likeArn, listOf } from "@order-saga/iam/patterns";
import type { Policy, Statement } from "@order-saga/iam/policy";
import type { Asked } from "@order-saga/iam/requests";

/** A part that could be taken away alone. */
export type Part = {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  /** One value of one condition. */
  readonly condition?: { readonly key: string; readonly value: string };
};

/** Of the services that the laptop's endpoint has; a role's logs and its key are none of them. */
const served = /^(dynamodb|events|s3|ses|sqs):/;

export function partsOf(role: string, { Statement: statements }: Policy): Part[] {
  return statements.flatMap((statement) => {
    const conditions = conditionsIn(statement);
    const actions = listOf(statement.Action).filter((action) => served.test(action));
    return actions.flatMap((action) =>
      listOf(statement.Resource).flatMap((resource) =>
        conditions.length === 0
          ? [{ role, action, resource }]
          : conditions.map((condition) => ({ role, action, resource, condition })),
      ),
    );
  });
}

function conditionsIn({ Condition = {} }: Statement) {
  return Object.values(Condition).flatMap((keys) =>
    Object.entries(keys).flatMap(([key, values]) => listOf(values).map((value) => ({ key, value }))),
  );
}

/** True if what was asked, and allowed, needed the part. */
export function uses({ action, condition, resource }: Part, asked: Asked): boolean {
  if (!like(action, "i")(asked.action)) return false;
  if (!likeArn(resource)(asked.resource) && resource !== asked.resource) return false;
  if (!condition) return true;
  const given = asked.context[condition.key.toLowerCase()];
  return listOf(given).some(like(condition.value));
}

export function nameOf({ action, condition, resource, role }: Part): string {
  const on = resource.split(":").slice(5).join(":");
  return `${role}: ${action} on ${on}${condition ? ` where ${condition.key} is ${condition.value}` : ""}`;
}

/**
 * The policy without the part: without its action on the resource, or without the one value of its
 * condition.
 */
export function without(policy: Policy, part: Part): Policy {
  const Statement = policy.Statement.flatMap((statement): Statement[] => {
    if (!isIn(part, statement)) return [statement];
    const { condition } = part;
    const rest = { ...statement, Action: listOf(statement.Action).filter((each) => each !== part.action) };
    const others = { ...statement, Action: [part.action] };
    const Resource = listOf(statement.Resource).filter((each) => each !== part.resource);
    return [
      rest,
      { ...others, Resource },
      ...(condition ? narrowed({ ...others, Resource: [part.resource] }, condition) : []),
    ].filter(({ Action, Resource }) => listOf(Action).length > 0 && listOf(Resource).length > 0);
  });
  const left = { ...policy, Statement };
  judgeOf(left);
  return left;
}

function isIn({ action, condition, resource }: Part, statement: Statement): boolean {
  const hasCondition = conditionsIn(statement).some(
    ({ key, value }) => key === condition?.key && value === condition.value,
  );
  return (
    listOf(statement.Action).includes(action) &&
    listOf(statement.Resource).includes(resource) &&
    (condition === undefined || hasCondition)
  );
}

/** Nothing, if it was the condition's only value: a condition without values is never met. */
function narrowed(statement: Statement, { key, value }: NonNullable<Part["condition"]>): Statement[] {
  const Condition = Object.fromEntries(
    Object.entries(statement.Condition ?? {}).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(keys).map(([name, values]) => [
          name,
          name === key ? listOf(values).filter((each) => each !== value) : values,
        ]),
      ),
    ]),
  );
  const isEmpty = Object.values(Condition).some((keys) => listOf(keys[key] ?? "-").length === 0);
  return isEmpty ? [] : [{ ...statement, Condition }];
}
