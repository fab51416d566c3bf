// Client request tokens: the same transaction again within ten minutes is answered without another effect.
import { hash } from "node:crypto";
import { failure, invalid } from "./errors.ts";
import type { Change, Rows } from "./rows.ts";
import { OWN_SPACE } from "./table-registry.ts";

const LIFETIME_MILLISECONDS = 10 * 60_000;
const PREFIX = "token/";

type Token = { readonly fingerprint: string; readonly at: number };

/** A request that is being carried out. */
export type Request = {
  /** The changes that make the token known, and forget those that are too old; part of the request's own commit. */
  record(): Change[];
  /** To be called when they are committed. */
  remember(): void;
  /** To be called in any case. */
  end(): void;
};

export type Tokens = {
  /** Throws a DynamoFailure if the token came with another request, or the same request is still under way. */
  begin(token: string | undefined, request: string): Request | "repeated";
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
      const fingerprint = hash("sha256", request, "base64");
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
          known.delete(token); // An expired one of the same name would keep its old place in the order.
          known.set(token, value);
        },
        end() {
          underWay.delete(token);
        },
      };
    },
  };
}

/** Oldest first, so that forgetting can stop at the first live one. */
function readTokens(rows: Rows): Map<string, Token> {
  const found = [...rows.range(OWN_SPACE, { from: PREFIX, to: `${PREFIX}\u0100` })];
  const entries = found.map(([key, value]) => [key.slice(PREFIX.length), value as Token] as const);
  return new Map(entries.sort(([, one], [, other]) => one.at - other.at));
}
