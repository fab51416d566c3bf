// Why an order, a bulk or a product cannot be taken, as the problems of the HTTP API.
import { stepOf, withCurrency } from "@order-saga/contracts";
import { type HttpProblem, problem } from "@order-saga/messaging/http";
import type { Refusal } from "./pricing.ts";

export function refused(refusal: Refusal): HttpProblem {
  const at = (lines: readonly number[], field: string, detail: string) => ({
    errors: lines.map((line) => ({ pointer: `/lines/${line}/${field}`, detail })),
  });
  switch (refusal.type) {
    case "unknown-sku":
      return problem(
        422,
        refusal.type,
        "A SKU is not in the catalogue.",
        at(refusal.lines, "sku", "unknown SKU"),
      );
    case "currency-mismatch": {
      const errors = at(refusal.lines, "sku", "sold in another currency");
      return problem(422, refusal.type, "A product is not sold in this currency.", errors);
    }
    case "currency-not-supported":
      return problem(422, refusal.type, "No card can be charged in this currency.", {
        errors: [{ pointer: "/currency", detail: "not supported" }],
      });
    case "amount-too-small": {
      const { currency, minimum } = refusal;
      const detail = `At least ${withCurrency(minimum, currency)} can be charged.`;
      return problem(422, refusal.type, "The total is too small to be charged.", { detail, minimum });
    }
    case "amount-not-chargeable": {
      const detail = `${refusal.currency} is charged in steps of ${stepOf(refusal.currency)} minor units.`;
      return problem(422, refusal.type, "Cards cannot be charged this exactly.", { detail });
    }
    case "amount-too-large":
      return problem(422, refusal.type, "The total is larger than one charge can carry.");
    case "price-changed": {
      const detail = `The total is ${refusal.total} minor units now.`;
      return problem(409, refusal.type, "The total is not the expected one.", { detail });
    }
  }
}
