// The conditions of a statement: which values of the request's condition keys they ask for.
// Source: IAM user guide, "Condition operators" and "Conditions with multiple context keys or values".
import { anyOf, like, likeArn, listOf, type Matcher } from "./patterns.ts";
import { type Conditions, PolicyError } from "./policy.ts";

/** The condition keys of a request, in lower case; a key with several values has a list. */
export type Context = Readonly<Record<string, string | readonly string[] | undefined>>;
export type Met = (context: Context) => boolean;

type Operator = { readonly matcher: (value: string) => Matcher; readonly isNegated?: true };

const ignoringCase = (value: string) => {
  const wanted = value.toLowerCase();
  return (given: string) => given.toLowerCase() === wanted;
};

const operators: Readonly<Record<string, Operator>> = {
  StringEquals: { matcher: (value) => (given) => given === value },
  StringNotEquals: { matcher: (value) => (given) => given === value, isNegated: true },
  StringEqualsIgnoreCase: { matcher: ignoringCase },
  StringNotEqualsIgnoreCase: { matcher: ignoringCase, isNegated: true },
  StringLike: { matcher: (value) => like(value) },
  StringNotLike: { matcher: (value) => like(value), isNegated: true },
  ArnEquals: { matcher: likeArn },
  ArnLike: { matcher: likeArn },
  ArnNotEquals: { matcher: likeArn, isNegated: true },
  ArnNotLike: { matcher: likeArn, isNegated: true },
  Bool: { matcher: ignoringCase },
};

/**
 * The keys that requests carry here, in lower case; a key of KMS is not refused, because KMS is not judged.
 */
const knownKeys = new Set([
  "aws:principalarn",
  "aws:securetransport",
  "aws:sourceaccount",
  "aws:sourcearn",
  "dynamodb:attributes",
  "dynamodb:enclosingoperation",
  "dynamodb:leadingkeys",
  "dynamodb:returnvalues",
  "dynamodb:select",
  "events:detail-type",
  "events:source",
  "ses:fromaddress",
  "ses:recipients",
]);

/** All conditions must be met. Throws PolicyError at an operator or a key that is not judged here. */
export function conditionsMet(conditions: Conditions = {}): Met {
  const all = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => conditionMet(operator, key.toLowerCase(), listOf(values))),
  );
  return (context) => all.every((met) => met(context));
}

function conditionMet(name: string, key: string, values: readonly string[]): Met {
  const variable = values.find((value) => value.includes("${"));
  if (variable !== undefined) throw new PolicyError(`The policy variable in ${variable} is not judged here.`);
  if (!knownKeys.has(key) && !key.startsWith("kms:"))
    throw new PolicyError(`The condition key ${key} is not judged here.`);
  if (name === "Null") return ({ [key]: given }) => values.includes(String(given === undefined));
  const [, set, plain = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const operator = Object.hasOwn(operators, plain) ? operators[plain] : undefined;
  if (!operator) throw new PolicyError(`The condition operator ${name} is not judged here.`);
  const matches = anyOf(values.map(operator.matcher));
  const isMet: Matcher = operator.isNegated ? (given) => !matches(given) : matches;
  return ({ [key]: given }) => {
    if (given === undefined || given.length === 0)
      return (
        set === "ForAllValues" ||
        (set === undefined && (ifExists !== undefined || operator.isNegated === true))
      );
    const all = typeof given === "string" ? [given] : given;
    return set === "ForAllValues" ? all.every(isMet) : all.some(isMet);
  };
}
