// The checks of an API Gateway JWT authorizer: signature, issuer, audience, times, and one of the route's scopes.
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import type { Authorize } from "../http/gateway.ts";
import { ALGORITHM, type Issuer } from "./issuer.ts";

/** Refusals say what is wrong, and never quote the token. */
export function jwtAuthorizer(options: { issuer: Issuer; audience: string; now: () => number }): Authorize {
  const keys = createLocalJWKSet(options.issuer.jwks());
  return async (authorization, scopes) => {
    const [, token] = /^(?:Bearer )?([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization ?? "") ?? [];
    if (!token) return { status: 401, reason: "Send a token: Authorization: Bearer …" };
    let payload: JWTPayload;
    try {
      const verified = await jwtVerify(token, keys, {
        algorithms: [ALGORITHM],
        issuer: options.issuer.url,
        requiredClaims: ["exp", "sub"],
        currentDate: new Date(options.now()),
      });
      // With one key published jose asks for no name of it, and with no maximum age for no time of issue.
      if (verified.protectedHeader.kid === undefined)
        return { status: 401, reason: "The token does not name its key." };
      payload = verified.payload;
    } catch (error) {
      return { status: 401, reason: reasonOf(error) };
    }
    if ((payload.iat ?? 0) * 1000 > options.now())
      return { status: 401, reason: "The token was issued in the future." };
    if (!isForUs(payload, options.audience))
      return { status: 401, reason: "The token is for another audience." };
    const granted = scopesOf(payload);
    if (!scopes.some((scope) => granted.includes(scope))) {
      return { status: 403, reason: `The token lacks the scope ${scopes.join(" or ")}.` };
    }
    return {
      claims: Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, asText(value)])),
    };
  };
}

/** API Gateway compares `client_id` only where a token has no `aud`. */
function isForUs(payload: JWTPayload, audience: string): boolean {
  const aud = payload.aud ?? payload.client_id;
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience;
}

/** `scope` is a text with spaces, `scp` a list or such a text. */
function scopesOf(payload: JWTPayload): string[] {
  const given = payload.scope ?? payload.scp;
  if (Array.isArray(given)) return given.map(String);
  return typeof given === "string" ? given.split(" ") : [];
}

/** Claims reach the function as text; a list as `[a b]`. */
function asText(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(" ")}]` : String(value);
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "The token has expired.";
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "nbf") return "The token is not valid yet.";
    return error.claim === "iss" ? "The token is from another issuer." : "The token lacks a claim.";
  }
  return "The token's signature is not valid.";
}
