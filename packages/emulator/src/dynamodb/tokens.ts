// Client request tokens: the same transaction again within ten minutes is answered without another effect.
import { createHash } from "node:crypto";
import { type Change, failure, type Item, type Store, withPrefix } from "./dynalite.ts";

const LIFETIME_MILLISECONDS = 10 * 60_000;
const PREFIX = "transaction-token~";

type Token = { fingerprint: string; at: number };

/** A request that is being carried out. */
export type Request = {
  /** The changes that make the token known, and forget those that are too old; part of the request's own batch. */
  record(): Change[];
  /** To be called when that batch is written. */
  remember(): void;
  /** To be called in any case. */
  end(): void;
};

export type Tokens = {
  /** Throws a DynamoFailure if the token came with another request, or the same request is still under way. */
  begin(input: Item): Request | "repeated";
};

const withoutToken: Request = { record: () => [], remember() {}, end() {} };

export async function openTokens(store: Store, now: () => number): Promise<Tokens> {
  const known = await readTokens(store);
  const underWay = new Set<string>();
  const isLive = ({ at }: Token) => at > now() - LIFETIME_MILLISECONDS;

  function forgetOld(): Change[] {
    const changes: Change[] = [];
    for (const [token, value] of known) {
      if (isLive(value)) break;
      known.delete(token);
      changes.push({ type: "del", key: PREFIX + token });
    }
    return changes;
  }

  return {
    begin(input) {
      const token = input.ClientRequestToken;
      if (token == null) return withoutToken;
      if (typeof token !== "string" || token.length < 1 || token.length > 36) {
        throw failure("ValidationException", "ClientRequestToken must have 1 to 36 characters");
      }
      // Computed before dynalite works on the input, because it changes what it is given.
      const fingerprint = createHash("sha256").update(JSON.stringify(input.TransactItems)).digest("base64");
      const earlier = known.get(token);
      if (earlier && isLive(earlier)) {
        if (earlier.fingerprint === fingerprint) return "repeated";
        throw failure(
          "IdempotentParameterMismatchException",
          "The request uses the same client token as a previous, but non-identical request.",
        );
      }
      if (underWay.has(token)) {
        throw failure(
          "TransactionInProgressException",
          "The transaction with the given request token is already in progress.",
        );
      }
      underWay.add(token);
      const value: Token = { fingerprint, at: now() };
      return {
        record: () => [...forgetOld(), { type: "put", key: PREFIX + token, value }],
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
async function readTokens(store: Store): Promise<Map<string, Token>> {
  const entries: [string, Token][] = [];
  for await (const [key, value] of store.db.iterator(withPrefix(PREFIX))) {
    entries.push([key.slice(PREFIX.length), value as Token]);
  }
  return new Map(entries.sort(([, one], [, other]) => one.at - other.at));
}
