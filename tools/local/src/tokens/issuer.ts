// The laptop's token issuer: what Cognito or another OpenID provider is in AWS.
import {
  type CryptoKey,
  compactVerify,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from "jose";
import * as z from "zod";
import { openRecord } from "../data-directory.ts";

/**
 * API Gateway's JWT authorizer accepts RSA signatures only (API Gateway developer guide, "JWT
 * authorizers").
 */
export const ALGORITHM = "RS256";

/** Of the orders that the README, the console's shop and the benches place. */
export const DEVELOPERS_EMAIL = "ada@example.com";

export type TokenRequest = {
  /** The principal. */
  sub: string;
  /** Scopes, separated by spaces. */
  scope: string;
  /** The claim `email`, as verified (OpenID Connect Core 1.0, 5.1). */
  email?: string;
  expiresInSeconds: number;
};

export type Issuer = {
  /** The `iss` of every token. */
  url: string;
  /** The public keys, as served at `/.well-known/jwks.json`. */
  jwks(): { keys: JWK[] };
  sign(request: TokenRequest): Promise<string>;
};

export async function createIssuer(options: {
  signingKey: SigningKey;
  url: string;
  audience: string;
  now: () => number;
}): Promise<Issuer> {
  const privateJwk = options.signingKey;
  const privateKey = (await importJWK(privateJwk, ALGORITHM)) as CryptoKey;
  const { kty, n, e, kid } = privateJwk;
  const publicJwk = { kty, n, e, kid, alg: ALGORITHM, use: "sig" } as JWK;
  return {
    url: options.url,
    jwks: () => ({ keys: [publicJwk] }),
    sign({ email = DEVELOPERS_EMAIL, expiresInSeconds, scope, sub }) {
      const seconds = Math.floor(options.now() / 1000);
      return new SignJWT({ scope, sub, email, email_verified: true })
        .setProtectedHeader({ alg: ALGORITHM, kid: kid ?? "", typ: "JWT" })
        .setIssuer(options.url)
        .setAudience(options.audience)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + expiresInSeconds)
        .sign(privateKey);
    },
  };
}

/** A private RSA key; `jose` checks the rest when it imports it. */
const PrivateKey = z.looseObject({ kty: z.literal("RSA"), n: z.string(), e: z.string(), d: z.string() });

export type SigningKey = JWK;

/** A key of which a part was changed may still be imported; its public half then refuses what it signs. */
async function canSign(jwk: SigningKey): Promise<boolean> {
  const { e, kid, kty, n } = jwk;
  try {
    const token = await new SignJWT().setProtectedHeader({ alg: ALGORITHM, kid: kid ?? "" }).sign(jwk);
    await compactVerify(token, { kty, n, e } as JWK);
    return true;
  } catch {
    return false;
  }
}

/** Kept in `issuer.json` of the directory, so that tokens outlive a restart; without one, in memory. */
export async function openSigningKey(directory: string | undefined): Promise<SigningKey> {
  const record = openRecord<SigningKey>(directory, "issuer.json", PrivateKey as z.ZodType<SigningKey>);
  const kept = record.read();
  if (kept) {
    if (!(await canSign(kept))) throw record.damaged("holds a key that cannot sign", undefined);
    return kept;
  }
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: "local" };
  record.write(jwk);
  return jwk;
}
