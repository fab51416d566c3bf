// Order ids and request fingerprints: keyed hashes, so that neither can be guessed or read back.
import { createHmac } from "node:crypto";
import { CUSTOMER_DIGITS } from "@order-saga/contracts";
import type { Identity } from "../ports.ts";

/** While the secret is rotated there are several, separated by commas. */
export function createIdentities(secrets: string): [Identity, ...Identity[]] {
  const [first = "", ...others] = secrets.split(",").map((secret) => secret.trim());
  if (first === "" || others.includes("")) throw new TypeError("A secret of order ids is empty.");
  return [createIdentity(first), ...others.map(createIdentity)];
}

export function createIdentity(secret: string): Identity {
  const hash = (...parts: string[]) => createHmac("sha256", secret).update(parts.join("\0"));
  const idOf = (kind: string, principal: string, idempotencyKey: string) => {
    const customer = hash("customer", principal).digest("hex").slice(0, CUSTOMER_DIGITS);
    return `${customer}${hash(kind, principal, idempotencyKey).digest("hex")}`.slice(0, 32);
  };
  return {
    orderId: (principal, idempotencyKey) => `ord_${idOf("order", principal, idempotencyKey)}`,
    bulkId: (principal, idempotencyKey) => `bulk_${idOf("bulk", principal, idempotencyKey)}`,
    // Parsed by the schema, so its keys stand in the schema's order however the client wrote them.
    fingerprint: (request) => hash("request", JSON.stringify(request)).digest("base64url"),
  };
}
