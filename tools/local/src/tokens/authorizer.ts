// The checks of an API Gateway JWT authorizer: signature, issuer, audience, times, and one of the route's
// scopes.
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import type { Authorize } from "../http/gateway.ts";
import { ALGORITHM, type Issuer } from "./issuer.ts";

/** What was found of a token once and for all. */
type Verified = { payload: JWTPayload; claims: Readonly<Record<string, string>>; granted: readonly string[] };

/** More tokens at once are verified anew, each time. */
const MOST_REMEMBERED = 1000;

/**
 * Refusals say what is wrong, and never quote the token. A signature is checked once: the same text stays
 * good for the keys, which are the authorizer's for its whole life, while its times and scopes are looked
 * at with every request.
 */
export function jwtAuthorizer(options: { issuer: Issuer; audience: string; now: () => number }): Authorize {
  const keys = createLocalJWKSet(options.issuer.jwks());
  const remembered = new Map<string, Verified>();

  async function verify(token: string): Promise<Verified | { reason: string }> {
    let payload: JWTPayload;
    try {
      const verified = await jwtVerify(token, keys, {
        algorithms: [ALGORITHM],
        issuer: options.issuer.url,
        // Not `sub`, which API Gateway does not demand either: the edge of each function does.
        requiredClaims: ["exp"],
        currentDate: new Date(options.now()),
      });
      // With one key published jose asks for no name of it, and with no maximum age for no time of issue.
      if (verified.protectedHeader.kid === undefined) return { reason: "The token does not name its key." };
      payload = verified.payload;
    } catch (error) {
      return { reason: reasonOf(error) };
    }
    if ((payload.iat ?? 0) * 1000 > options.now()) return { reason: "The token was issued in the future." };
    if (!isForUs(payload, options.audience)) return { reason: "The token is for another audience." };
    const claims = Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, asText(value)]));
    return { payload, claims, granted: scopesOf(payload) };
  }

  /** What is not timely is verified again, which says why. */
  async function known(token: string): Promise<Verified | { reason: string }> {
    const before = remembered.get(token);
    if (before && isTimely(before.payload, options.now())) return before;
    remembered.delete(token);
    const verdict = await verify(token);
    if (!("reason" in verdict)) remembered.set(token, verdict);
    const [oldest = ""] = remembered.keys();
    if (remembered.size > MOST_REMEMBERED) remembered.delete(oldest);
    return verdict;
  }

  return async (authorization, scopes) => {
    const [, token] = /^(?:Bearer )?([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization ?? "") ?? [];
    if (!token) return { status: 401, reason: "Send a token: Authorization: Bearer …" };
    const verdict = await known(token);
    if ("reason" in verdict) return { status: 401, reason: verdict.reason };
    if (!scopes.some((scope) => verdict.granted.includes(scope))) {
      return { status: 403, reason: `The token lacks the scope ${scopes.join(" or ")}.` };
    }
    return { claims: verdict.claims };
  };
}

/** By the whole second, as jose compares them. */
function isTimely({ exp = 0, iat = 0, nbf = 0 }: JWTPayload, now: number): boolean {
  const seconds = Math.floor(now / 1000);
  return exp > seconds && nbf <= seconds && iat * 1000 <= now;
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
  if (Array.isArray(value)) return `[${value.map(asText).join(" ")}]`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "The token has expired.";
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "nbf") return "The token is not valid yet.";
    return error.claim === "iss" ? "The token is from another issuer." : "The token lacks a claim.";
  }
  return "The token's signature is not valid.";
}
