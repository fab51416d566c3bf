// The laptop's token issuer: what Cognito or another OpenID provider is in AWS.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";

/** API Gateway's JWT authorizer accepts RSA signatures only (API Gateway developer guide, "JWT authorizers"). */
export const ALGORITHM = "RS256";

export type TokenRequest = {
  /** The principal. */
  sub: string;
  /** Scopes, separated by spaces. */
  scope: string;
  expiresInSeconds: number;
};

export type Issuer = {
  /** The `iss` of every token. */
  url: string;
  /** The public keys, as served at `/.well-known/jwks.json`. */
  jwks(): { keys: JWK[] };
  sign(request: TokenRequest): Promise<string>;
};

/** The key is kept in `issuer.json` of the directory, so that tokens outlive a restart; without one, in memory. */
export async function createIssuer(options: {
  directory: string | undefined;
  url: string;
  audience: string;
  now: () => number;
}): Promise<Issuer> {
  const privateJwk = await keyOf(options.directory);
  const privateKey = (await importJWK(privateJwk, ALGORITHM)) as CryptoKey;
  const { kty, n, e, kid } = privateJwk;
  const publicJwk = { kty, n, e, kid, alg: ALGORITHM, use: "sig" } as JWK;
  return {
    url: options.url,
    jwks: () => ({ keys: [publicJwk] }),
    sign({ sub, scope, expiresInSeconds }) {
      const seconds = Math.floor(options.now() / 1000);
      return new SignJWT({ scope })
        .setProtectedHeader({ alg: ALGORITHM, kid: kid ?? "", typ: "JWT" })
        .setIssuer(options.url)
        .setAudience(options.audience)
        .setSubject(sub)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + expiresInSeconds)
        .sign(privateKey);
    },
  };
}

async function keyOf(directory: string | undefined): Promise<JWK> {
  const file = directory === undefined ? undefined : join(directory, "issuer.json");
  if (file !== undefined && existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as JWK;
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: "local" };
  if (file !== undefined) writeFileSync(file, JSON.stringify(jwk), { mode: 0o600 });
  return jwk;
}
