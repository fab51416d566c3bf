// A token is good or refused exactly as API Gateway's JWT authorizer would, and no refusal quotes it.
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { expect, onTestFinished, test, vi } from "vitest";
import { allScopes, createIssuer, issueToken, jwtAuthorizer, openSigningKey } from "./index.ts";

const url = "http://localhost:3000";
const audience = "order-saga";
const start = Date.UTC(2026, 0, 5, 12);

async function setUp(directory?: string) {
  const clock = { now: start };
  const now = () => clock.now;
  const issuer = await createIssuer({ signingKey: await openSigningKey(directory), url, audience, now });
  const authorize = jwtAuthorizer({ issuer, audience, now });
  const ask = (token: string | undefined, scopes = ["orders:read"]) =>
    authorize(token === undefined ? undefined : `Bearer ${token}`, scopes);
  return { ask, authorize, clock, issuer };
}

const request = { sub: "ada", scope: "orders:read orders:write", expiresInSeconds: 60 };

test("a good token is answered with its claims as text", async () => {
  const { ask, issuer } = await setUp();
  expect(await ask(await issuer.sign(request))).toEqual({
    claims: expect.objectContaining({
      sub: "ada",
      scope: "orders:read orders:write",
      iss: url,
      aud: audience,
    }),
  });
});

test("one of the route's scopes suffices, none is a 403", async () => {
  const { ask, issuer } = await setUp();
  const token = await issuer.sign(request);
  expect(await ask(token, ["stock:read", "orders:write"])).toHaveProperty("claims");
  expect(await ask(token, ["stock:read"])).toEqual({
    status: 403,
    reason: expect.stringContaining("stock:read"),
  });
});

test("a token is good until its last second, and not after it", async () => {
  const { ask, clock, issuer } = await setUp();
  const token = await issuer.sign(request);
  clock.now = start + 59_000;
  expect(await ask(token)).toHaveProperty("claims");
  clock.now = start + 61_000;
  expect(await ask(token)).toEqual({ status: 401, reason: "The token has expired." });
});

test("a token that was good is refused when its time is over, its route another, or one letter of it", async () => {
  const { ask, clock, issuer } = await setUp();
  const token = await issuer.sign(request);
  const first = await ask(token);
  expect(first).toHaveProperty("claims");
  expect(await ask(token)).toEqual(first);
  expect(await ask(token, ["stock:read"])).toMatchObject({ status: 403 });
  const other = token.at(-10) === "A" ? "B" : "A";
  expect(await ask(`${token.slice(0, -10)}${other}${token.slice(-9)}`)).toMatchObject({ status: 401 });
  clock.now = start - 1000;
  expect(await ask(token)).toEqual({ status: 401, reason: "The token was issued in the future." });
  clock.now = start + 59_999;
  expect(await ask(token)).toEqual(first);
  clock.now = start + 60_000;
  expect(await ask(token)).toEqual({ status: 401, reason: "The token has expired." });
});

test("a signature is checked once for each text, and keys are looked up anew by another authorizer", async () => {
  const { ask, clock, issuer } = await setUp();
  const verify = vi.spyOn(crypto.subtle, "verify");
  onTestFinished(() => verify.mockRestore());
  const [one, two] = [await issuer.sign(request), await issuer.sign({ ...request, sub: "eve" })];
  for (let time = 0; time < 3; time++) for (const token of [one, two]) await ask(token);
  expect(verify).toHaveBeenCalledTimes(2);
  const stranger = await createIssuer({
    signingKey: await openSigningKey(undefined),
    url,
    audience,
    now: () => clock.now,
  });
  const other = jwtAuthorizer({ issuer: stranger, audience, now: () => clock.now });
  expect(await other(`Bearer ${one}`, ["orders:read"])).toMatchObject({ status: 401 });
});

test.each([
  ["nothing", undefined],
  ["an empty header", ""],
  ["no bearer", "Basic YWRhOnB3"],
  ["no token", "Bearer"],
  ["nonsense", "Bearer nonsense"],
  ["three parts of nonsense", "Bearer a.b.c"],
])("%s is a 401", async (_, header) => {
  const { authorize } = await setUp();
  expect(await authorize(header, ["orders:read"])).toMatchObject({ status: 401 });
});

test("a foreign, altered or unsigned token is a 401 that does not quote it", async () => {
  const { ask, issuer } = await setUp();
  const good = await issuer.sign(request);
  const [head = "", body = "", signature = ""] = good.split(".");
  const stranger = await createIssuer({
    signingKey: await openSigningKey(undefined),
    url,
    audience,
    now: () => start,
  });
  const claims = { scope: "orders:read" };
  const [publicKey] = issuer.jwks().keys;
  const signedHs256 = `${Buffer.from('{"alg":"HS256","kid":"local"}').toString("base64url")}.${body}`;
  const hmac = createHmac("sha256", JSON.stringify(publicKey)).update(signedHs256).digest("base64url");
  const richer = Buffer.from(
    JSON.stringify({ ...JSON.parse(Buffer.from(body, "base64url").toString()), sub: "eve" }),
  );
  const tokens = {
    "another key": await stranger.sign(request),
    "another body": `${head}.${richer.toString("base64url")}.${signature}`,
    "no signature": `${head}.${body}.`,
    "alg none": new UnsecuredJWT(claims).setIssuer(url).setAudience(audience).setSubject("eve").encode(),
    "HS256 with the public key": `${signedHs256}.${hmac}`,
  };
  for (const [name, token] of Object.entries(tokens)) {
    const verdict = await ask(token);
    expect({ name, status: "status" in verdict && verdict.status }).toEqual({ name, status: 401 });
    expect(JSON.stringify(verdict)).not.toContain(body);
  }
});

test("another issuer, another audience and a token of tomorrow are refused", async () => {
  const { ask, issuer } = await setUp();
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const own = { ...issuer, jwks: () => ({ keys: [] as object[] }) };
  const jwk = { ...(await exportJWK(privateKey)), kid: "local" };
  const key = await importJWK(jwk, "RS256");
  const sign = (change: (token: SignJWT) => SignJWT) =>
    change(
      new SignJWT({ scope: "orders:read" })
        .setProtectedHeader({ alg: "RS256", kid: "local" })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject("ada")
        .setExpirationTime(start / 1000 + 60),
    ).sign(key);
  const { kty, n, e } = jwk;
  const known = {
    ...own,
    jwks: () => ({ keys: [{ kty, n, e, kid: "local", alg: "RS256" }] }),
  } as typeof issuer;
  const authorize = jwtAuthorizer({ issuer: known, audience, now: () => start });
  const verdict = async (change: (token: SignJWT) => SignJWT) =>
    authorize(`Bearer ${await sign(change)}`, ["orders:read"]);
  expect(await verdict((token) => token)).toHaveProperty("claims");
  expect(await verdict((token) => token.setIssuer("http://elsewhere"))).toMatchObject({ status: 401 });
  expect(await verdict((token) => token.setAudience("others"))).toMatchObject({ status: 401 });
  expect(await verdict((token) => token.setNotBefore(start / 1000 + 30))).toEqual({
    status: 401,
    reason: "The token is not valid yet.",
  });
  expect(await ask(await sign((token) => token))).toMatchObject({ status: 401 });
});

test("the key is kept from other users, and tokens outlive a restart", async () => {
  const directory = mkdtempSync(join(tmpdir(), "issuer-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const first = await setUp(directory);
  const token = await first.issuer.sign(request);
  const second = await setUp(directory);
  expect(await second.ask(token)).toHaveProperty("claims");
  expect(statSync(join(directory, "issuer.json")).mode & 0o077).toBe(0);
  expect(JSON.stringify(second.issuer.jwks())).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
});

test("a developer's token carries every scope unless fewer are asked for", async () => {
  const { ask, issuer } = await setUp();
  const all = await issueToken(issuer, {});
  expect("token" in all && (await ask(all.token, [allScopes.split(" ").at(-1) ?? ""]))).toHaveProperty(
    "claims",
  );
  const one = await issueToken(issuer, { sub: "ada", scope: "stock:read" });
  expect("token" in one && (await ask(one.token))).toMatchObject({ status: 403 });
  for (const body of [{ scope: "root" }, { sub: "" }, { admin: true }, undefined]) {
    expect(await issueToken(issuer, body)).toHaveProperty("problem");
  }
});
