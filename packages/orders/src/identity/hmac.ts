// Order ids and request fingerprints: keyed hashes, so that neither can be guessed or read back.
import { createHmac } from "node:crypto";
import type { Identity } from "../ports.ts";

export function createIdentity(secret: string): Identity {
  const hash = (...parts: string[]) => createHmac("sha256", secret).update(parts.join("\0"));
  return {
    orderId: (principal, idempotencyKey) =>
      `ord_${hash("order", principal, idempotencyKey).digest("hex").slice(0, 32)}`,
    // Parsed by the schema, so its keys stand in the schema's order however the client wrote them.
    fingerprint: (request) => hash("request", JSON.stringify(request)).digest("base64url"),
  };
}
