// Watches a running saga for what no record keeps: what was said how often, what customers were answered, what was logged.
import { isDeepStrictEqual } from "node:util";
import type { DomainEvent } from "@order-saga/contracts";
import type { Books } from "./books.ts";
import { forgetOldest } from "./bounded.ts";
import { personalDataIn } from "./personal-data.ts";

export type Saying = {
  readonly event: DomainEvent;
  /** How often the bus was given it; what an archive replays is not counted. */
  readonly times: number;
  readonly replays: number;
  /** True if it was said in other words, too. */
  readonly isTwofold: boolean;
};

/** An order that was accepted over HTTP. */
export type Accepted = {
  readonly principal: string;
  readonly idempotencyKey: string;
  readonly orderId: string;
};

/** A line that gave something away, without the line. */
export type Leak = { readonly kind: string; readonly orderId: string | undefined };

/** Everything since the saga was started, up to a limit. */
export type Seen = {
  readonly now: number;
  readonly said: readonly Saying[];
  readonly accepted: readonly Accepted[];
  readonly leaks: readonly Leak[];
  /** The books as they were read before, to tell what went back since. */
  readonly before?: Books;
};

export type Witness = {
  eventAccepted(accepted: { readonly event: DomainEvent; readonly isReplay: boolean }): void;
  /** A function answered a request; both are in API Gateway's form. */
  requestAnswered(answered: {
    readonly functionName: string;
    readonly request: unknown;
    readonly answer: unknown;
  }): void;
  lineLogged(line: string): void;
  seen(before?: Books): Seen;
};

const MOST_LEAKS = 100;

export function createWitness(options: { now: () => number; maximumOrders: number }): Witness {
  const orders = new Map<string, Map<string, Saying>>();
  const accepted = new Map<string, Accepted>();
  const leaks: Leak[] = [];

  return {
    eventAccepted({ event, isReplay }) {
      const sayings = orders.get(event.orderId) ?? new Map<string, Saying>();
      orders.set(event.orderId, sayings);
      const known = sayings.get(event.type) ?? { event, times: 0, replays: 0, isTwofold: false };
      sayings.set(event.type, {
        event: known.event,
        times: known.times + (isReplay ? 0 : 1),
        replays: known.replays + (isReplay ? 1 : 0),
        isTwofold: known.isTwofold || !isDeepStrictEqual(known.event, event),
      });
      forgetOldest(orders, options.maximumOrders);
    },
    requestAnswered({ answer, functionName, request }) {
      const given = functionName === "place-order" ? acceptedBy(request, answer) : undefined;
      if (!given) return;
      accepted.set(Object.values(given).join("\0"), given);
      forgetOldest(accepted, options.maximumOrders);
    },
    lineLogged(line) {
      const kind = leaks.length < MOST_LEAKS ? personalDataIn(line) : undefined;
      if (kind) leaks.push({ kind, orderId: /\bord_[0-9a-f]{32}\b/.exec(line)?.[0] });
    },
    seen: (before) => ({
      now: options.now(),
      said: [...orders.values()].flatMap((sayings) => [...sayings.values()]),
      accepted: [...accepted.values()],
      leaks: [...leaks],
      ...(before && { before }),
    }),
  };
}

function acceptedBy(request: unknown, answer: unknown): Accepted | undefined {
  const { body, statusCode } = answer as { body?: string; statusCode?: number };
  if (statusCode !== 202 || body === undefined) return undefined;
  const { headers, requestContext } = request as {
    headers: Record<string, string>;
    requestContext: { authorizer: { jwt: { claims: { sub: string } } } };
  };
  return {
    principal: requestContext.authorizer.jwt.claims.sub,
    idempotencyKey: headers["idempotency-key"] ?? "",
    orderId: String((JSON.parse(body) as { orderId?: unknown }).orderId),
  };
}
