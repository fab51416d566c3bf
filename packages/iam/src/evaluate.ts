// Whether policies allow a request, as IAM decides within one account: a Deny wins, then any Allow, else no.
// Source: IAM user guide, "Policy evaluation logic".
import { type Context, conditionsMet } from "./conditions.ts";
import { anyOf, like, likeArn, listOf, type Matcher } from "./patterns.ts";
import { type Policy, PolicyError, type Statement } from "./policy.ts";

/**
 * What is asked of AWS, and by whom: the ARN of a role's session, or a service such as
 * `events.amazonaws.com`.
 */
export type Request = {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
};

export type Effect = Statement["Effect"];

/** The effect of each statement that is about the request. */
export type Judge = (request: Request) => ReadonlySet<Effect>;

/** Throws PolicyError at what cannot be judged here, so that it is found when the policy is read. */
export function judgeOf({ Statement }: Policy): Judge {
  const statements = Statement.map((each) => ({ effect: each.Effect, applies: appliesTo(each) }));
  return (request) => {
    const effects = new Set<Effect>();
    for (const { applies, effect } of statements)
      if (!effects.has(effect) && applies(request)) effects.add(effect);
    return effects;
  };
}

export type Decision = "allowed" | "denied" | "denied by the role" | "denied by the resource";

/** The policy of the caller's role, and that of the resource if it has one; either may allow. */
export function decide(request: Request, role: Judge | undefined, resource: Judge | undefined): Decision {
  const ofRole = role?.(request);
  const ofResource = resource?.(request);
  if (ofRole?.has("Deny")) return "denied by the role";
  if (ofResource?.has("Deny")) return "denied by the resource";
  return ofRole?.has("Allow") || ofResource?.has("Allow") ? "allowed" : "denied";
}

function appliesTo(statement: Statement): (request: Request) => boolean {
  const isWhom = principalIn(statement);
  const action = eitherOf(statement.Action, statement.NotAction, (pattern) => like(pattern, "i"));
  const resource = eitherOf(statement.Resource, statement.NotResource, resourceLike);
  const met = conditionsMet(statement.Condition);
  return (request) =>
    action(request.action) && resource(request.resource) && isWhom(request.principal) && met(request.context);
}

/** A pattern that ends in `*` reaches over the colons that follow, as `*` alone does. */
const resourceLike = (pattern: string): Matcher =>
  anyOf([likeArn(pattern), ...(pattern.endsWith("*") ? [like(pattern)] : [])]);

function eitherOf(
  words: Statement["Action"],
  notWords: Statement["NotAction"],
  matcher: (pattern: string) => Matcher,
): Matcher {
  if (words === undefined && notWords === undefined) return () => true;
  const variable = [...listOf(words), ...listOf(notWords)].find((word) => word.includes("${"));
  if (variable !== undefined) throw new PolicyError(`The policy variable in ${variable} is not judged here.`);
  const matches = anyOf(listOf(words ?? notWords).map(matcher));
  return words === undefined ? (value) => !matches(value) : matches;
}

/** A role's policy names no principal: it is about the role. */
function principalIn({ Effect, Principal }: Statement): Matcher {
  if (Principal === undefined || Principal === "*") return () => true;
  const principals = Object.entries(Principal).flatMap(([kind, words]) =>
    listOf(words).map((word) => principalLike(kind, word, Effect)),
  );
  return anyOf(principals);
}

function principalLike(kind: string, word: string, effect: Effect): Matcher {
  if (kind === "Service") return (principal) => principal === word;
  if (kind !== "AWS") throw new PolicyError(`A principal of the kind ${kind} is not judged here.`);
  if (word === "*") return () => true;
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(word)?.[1];
  // To allow the account only lets its roles' own policies allow; to deny it denies each of its roles.
  if (account !== undefined) return (principal) => effect === "Deny" && principal.split(":")[4] === account;
  const role = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(word);
  return (principal) =>
    principal === word ||
    (role !== null && principal.startsWith(`arn:aws:sts::${role[1]}:assumed-role/${role[2]}/`));
}
