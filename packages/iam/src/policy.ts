// A policy in AWS's own form, as a role or a queue has it.

type Words = string | readonly string[];

/** By operator, such as `StringEquals`, then by condition key. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, Words>>>>;

export type Statement = {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  /** Whom a policy of a resource is about; a role's policy has none. */
  readonly Principal?: "*" | Readonly<Record<string, Words>>;
  readonly Action?: Words;
  readonly NotAction?: Words;
  readonly Resource?: Words;
  readonly NotResource?: Words;
  readonly Condition?: Conditions;
};

export type Policy = { readonly Version: "2012-10-17"; readonly Statement: readonly Statement[] };

/** A policy, or a part of it, that cannot be judged here: to judge it anyway would be a guess. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

const elements = new Set([
  "Sid",
  "Effect",
  "Principal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

/**
 * The policy in a text. Throws PolicyError at what is not one (IAM user guide, "Grammar of the policy
 * language").
 */
export function readPolicy(text: string): Policy {
  const policy = parsed(text);
  if (!isObject(policy)) throw new PolicyError("A policy is a JSON object.");
  const { Statement, Version } = policy;
  if (Version !== "2012-10-17" && Version !== "2008-10-17" && Version !== undefined)
    throw new PolicyError(`There is no version ${String(Version)} of the policy language.`);
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  for (const each of statements) checkStatement(each);
  return { Version: "2012-10-17", Statement: statements as Statement[] };
}

function checkStatement(statement: unknown): asserts statement is Statement {
  if (!isObject(statement)) throw new PolicyError("A statement is a JSON object.");
  const unknown = Object.keys(statement).find((name) => !elements.has(name));
  if (unknown !== undefined) throw new PolicyError(`A statement has no element ${unknown}.`);
  const { Action, Condition, Effect, NotAction } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") throw new PolicyError("Effect is Allow or Deny.");
  if ((Action === undefined) === (NotAction === undefined))
    throw new PolicyError("A statement has either Action or NotAction.");
  for (const name of ["Action", "NotAction", "Resource", "NotResource"])
    if (statement[name] !== undefined) checkWords(statement[name], name);
  const { Principal } = statement;
  if (Principal !== undefined && Principal !== "*") checkMap(Principal, "Principal");
  if (Condition === undefined) return;
  if (!isObject(Condition)) throw new PolicyError("Condition is a JSON object.");
  for (const [operator, keys] of Object.entries(Condition)) checkMap(keys, operator);
}

function checkMap(map: unknown, name: string): void {
  if (!isObject(map)) throw new PolicyError(`${name} is a JSON object.`);
  for (const [key, words] of Object.entries(map)) checkWords(words, key);
}

function checkWords(words: unknown, name: string): void {
  if (!(Array.isArray(words) ? words : [words]).every((word) => typeof word === "string"))
    throw new PolicyError(`${name} is a string or a list of strings.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PolicyError("A policy is JSON.");
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
