// Client request tokens: a repeated transaction has no second effect for ten minutes.
import { hash } from "node:crypto";
import { failure, invalid } from "./errors.ts";
import { isMap } from "./input.ts";
import type { Change, Rows } from "./rows.ts";
import { OWN_SPACE } from "./table-registry.ts";

const LIFETIME_MILLISECONDS = 10 * 60_000;
const PREFIX = "token/";

type Token = { readonly fingerprint: string; readonly at: number };

/** A request in progress. */
export type Request = {
  /** The changes that record the token and delete expired ones, to be committed with the request's own. */
  record(): Change[];
  /** To be called after the commit. */
  remember(): void;
  /** To be called when the request is over, committed or not. */
  end(): void;
};

export type Tokens = {
  /** Throws a DynamoFailure if the token belongs to another request, or to one in progress. */
  begin(token: string | undefined, request: () => string): Request | "repeated";
};

const withoutToken: Request = { record: () => [], remember() {}, end() {} };

export function openTokens(rows: Rows, now: () => number): Tokens {
  const known = readTokens(rows);
  const underWay = new Set<string>();
  const isLive = ({ at }: Token) => at > now() - LIFETIME_MILLISECONDS;

  function forgetOld(): Change[] {
    const changes: Change[] = [];
    for (const [token, value] of known) {
      if (isLive(value)) break;
      known.delete(token);
      changes.push({ space: OWN_SPACE, key: PREFIX + token, remove: true });
    }
    return changes;
  }

  return {
    begin(token, request) {
      if (token === undefined) return withoutToken;
      if (token.length < 1 || token.length > 36)
        throw invalid("ClientRequestToken must have 1 to 36 characters");
      const fingerprint = hash("sha256", request(), "base64");
      const earlier = known.get(token);
      if (earlier && isLive(earlier)) {
        if (earlier.fingerprint === fingerprint) return "repeated";
        throw failure(
          "IdempotentParameterMismatchException",
          "The request uses the same client token as a previous, but non-identical request.",
        );
      }
      if (underWay.has(token))
        throw failure(
          "TransactionInProgressException",
          "The transaction with the given request token is already in progress.",
        );
      underWay.add(token);
      const value: Token = { fingerprint, at: now() };
      return {
        record: () => [...forgetOld(), { space: OWN_SPACE, key: PREFIX + token, value }],
        remember() {
          known.delete(token); // Otherwise an expired token of the same name would keep its old position.
          known.set(token, value);
        },
        end() {
          underWay.delete(token);
        },
      };
    },
  };
}

/** The same text for requests of the same values, in whatever order their fields and sets came. */
export function sameText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sameText).join()}]`;
  if (!isMap(value)) return JSON.stringify(value) ?? "null";
  let text = "{";
  for (const name of Object.keys(value).sort())
    if (value[name] != null) text += `${JSON.stringify(name)}:${sameField(name, value[name])},`;
  return `${text}}`;
}

const sets = ["SS", "NS", "BS"];

function sameField(name: string, field: unknown): string {
  const isSet = sets.includes(name) && Array.isArray(field);
  return isSet ? `[${field.map(sameText).toSorted().join()}]` : sameText(field);
}

/** Oldest first, so that expiry can stop at the first live one. */
function readTokens(rows: Rows): Map<string, Token> {
  const found = [...rows.range(OWN_SPACE, { from: PREFIX, to: `${PREFIX}\u0100` })];
  const entries = found.map(([key, value]) => [key.slice(PREFIX.length), value as Token] as const);
  return new Map(entries.sort(([, one], [, other]) => one.at - other.at));
}
