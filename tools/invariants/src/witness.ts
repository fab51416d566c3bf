// Observes what no record keeps: how often events were published, accepted orders, leaks in logs.
import { isDeepStrictEqual } from "node:util";
import { type DomainEvent, entryOf, subjectOf } from "@order-saga/contracts";
import type { Books } from "./books.ts";
import { forgetOldest } from "./forget-oldest.ts";
import { personalDataIn } from "./personal-data.ts";

export type Published = {
  readonly event: DomainEvent;
  /** How often the bus took it, replays of an archive apart. */
  readonly times: number;
  readonly replays: number;
  /** True if it was published with other data, too. */
  readonly hasVariants: boolean;
};

/** An order that was accepted over HTTP. */
type Accepted = {
  readonly principal: string;
  readonly idempotencyKey: string;
  readonly orderId: string;
};

/** A log line that contained personal data or a secret, without the line. */
type Leak = { readonly kind: string; readonly orderId: string | undefined };

/** Everything since the start, up to a limit. */
export type Observations = {
  readonly now: number;
  readonly published: readonly Published[];
  readonly accepted: readonly Accepted[];
  readonly leaks: readonly Leak[];
  /** The books of an earlier reading, to find records that went back. */
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
  seen(before?: Books): Observations;
};

const MOST_LEAKS = 100;

export function createWitness(options: { now: () => number; maximumOrders: number }): Witness {
  const orders = new Map<string, Map<string, Published>>();
  const accepted = new Map<string, Accepted>();
  const leaks: Leak[] = [];

  return {
    eventAccepted({ event, isReplay }) {
      const ofOrder = orders.get(subjectOf(event)) ?? new Map<string, Published>();
      orders.set(subjectOf(event), ofOrder);
      const name = `${event.type}/${entryOf(event) ?? ""}`;
      const known = ofOrder.get(name) ?? { event, times: 0, replays: 0, hasVariants: false };
      ofOrder.set(name, {
        event: known.event,
        times: known.times + (isReplay ? 0 : 1),
        replays: known.replays + (isReplay ? 1 : 0),
        hasVariants: known.hasVariants || !isDeepStrictEqual(known.event, event),
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
      published: [...orders.values()].flatMap((ofOrder) => [...ofOrder.values()]),
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
