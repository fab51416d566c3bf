// Every problem of the HTTP API, by status and type. Clients branch on the type, so none is renamed.
import type { Problem } from "@order-saga/contracts/http";

type Example = Omit<Problem, "type" | "status">;

export const problems = {
  400: {
    "invalid-body": {
      title: "The body breaks its schema.",
      errors: [{ pointer: "/lines/0/quantity", detail: "Too small: expected number to be >=1" }],
    },
    "not-json": { title: "The body is not JSON.", detail: "It is none from line 1, column 18 on." },
    "card-number-refused": {
      title: "The body holds what looks like a card number.",
      detail: "Send the payment provider's token (pm_…) instead; card numbers are never accepted.",
      errors: [{ pointer: "/contact/name", detail: "holds what looks like a card number" }],
    },
    "invalid-idempotency-key": { title: "Send an Idempotency-Key of 16–64 letters, digits, _ or -." },
    "invalid-wait": { title: "wait must be a whole number of seconds from 1 to 20." },
    "invalid-limit": { title: "limit must be a whole number from 1 to 100." },
    "invalid-cursor": { title: "The cursor is not one this list has given." },
    "invalid-status": { title: "status must be one that an order can have." },
    "unknown-parameter": {
      title: "The query has a parameter that this route does not know.",
      detail: "state",
    },
    "invalid-signature": { title: "The signature is missing, wrong or too old." },
    "invalid-sku": { title: "The SKU in the path is malformed." },
  },
  401: { unauthorized: { title: "The token is missing, expired or foreign." } },
  403: { "missing-scope": { title: "The token lacks the scope of this operation." } },
  404: {
    "unknown-order": { title: "There is no such order." },
    "unknown-bulk": { title: "There is no such bulk of orders." },
    "unknown-sku": { title: "The SKU is not known here." },
    "unknown-feed": { title: "There is no such stock feed." },
  },
  409: {
    "price-changed": {
      title: "The total is not the expected one.",
      detail: "The total is 2180 minor units now.",
    },
    "not-cancellable": { title: "The order has ended already." },
    "not-captured": { title: "No money of the order has been taken." },
    "insufficient-stock": { title: "The adjustment would make the available stock negative." },
    "buckets-only-rise": { title: "The stock is spread over more buckets already." },
  },
  413: { "body-too-large": { title: "The body is larger than 32 KB." } },
  415: { "unsupported-media-type": { title: "Send the body as application/json." } },
  422: {
    "idempotency-key-reused": { title: "This Idempotency-Key came with another request before." },
    "unknown-sku": {
      title: "A SKU is not in the catalogue.",
      errors: [{ pointer: "/lines/0/sku", detail: "unknown SKU" }],
    },
    "currency-mismatch": {
      title: "A product is not sold in this currency.",
      errors: [{ pointer: "/lines/0/sku", detail: "sold in another currency" }],
    },
    "refund-too-large": {
      title: "That is more than can be given back.",
      detail: "990 minor units can be given back.",
    },
    "currency-not-supported": {
      title: "No card can be charged in this currency.",
      errors: [{ pointer: "/currency", detail: "not supported" }],
    },
    "amount-too-small": {
      title: "The total is too small to be charged.",
      detail: "At least 0.50 EUR can be charged.",
      minimum: 50,
    },
    "amount-not-chargeable": {
      title: "Cards cannot be charged this exactly.",
      detail: "KWD is charged in steps of 10 minor units.",
    },
    "refund-not-in-steps": {
      title: "The provider cannot give back such an amount.",
      detail: "In KWD it gives back multiples of 10 minor units.",
    },
    "amount-too-large": { title: "The total is larger than one charge can carry." },
  },
  429: {
    busy: {
      title: "There are more orders than can be decided in time.",
      detail: "Send the same order with the same key in 12 seconds.",
    },
    "quota-exceeded": {
      title: "No customer may place more than 20 orders in 3600 seconds.",
      detail: "Send the same request with the same key in 540 seconds.",
    },
  },
  500: { "internal-error": { title: "The request could not be completed." } },
  503: { unavailable: { title: "The order system could not answer. Retry with the same key." } },
} as const satisfies Record<number, Record<string, Example>>;

export type ProblemStatus = keyof typeof problems;

/** Problem types by status. */
export type ProblemTypes = { readonly [S in ProblemStatus]?: readonly (keyof (typeof problems)[S])[] };

/** The problem as it is on the wire. */
export function problemExample(status: number, type: string): Problem {
  const example: Example | undefined = (problems as Record<number, Record<string, Example>>)[status]?.[type];
  if (!example) throw new Error(`No example of the problem ${status} ${type}: add it to problems.ts.`);
  return { type, status, ...example };
}
