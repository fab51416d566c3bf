// Only a token whose `sub` is a text that names one customer says who asks.
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { expect, test } from "vitest";
import { isSameAddress, principalOf, verifiedEmailOf } from "./principal.ts";

type Given = { claim?: unknown; token?: unknown; authorization?: string };

/** An event whose verified claims hold `claim` as `sub`, and whose token holds `token`. */
function principal(given: Given) {
  const payload = Buffer.from(JSON.stringify({ sub: given.token })).toString("base64url");
  const authorization = given.authorization ?? ("token" in given ? `Bearer e30.${payload}.c2ln` : undefined);
  const claims = "claim" in given ? { sub: given.claim } : {};
  return principalOf({
    headers: authorization === undefined ? {} : { authorization },
    requestContext: { authorizer: { jwt: { claims, scopes: [] } } },
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer);
}

const subjects = [
  "ada",
  "auth0|5fe435b5cbbc85006b071eba",
  "116903845678901234567",
  "jürgen@example",
  "🙂",
  "a b",
  "x".repeat(255),
];

test.each(subjects)("%s is a principal, with a token and by the claim alone", (sub) => {
  expect(principal({ claim: sub, token: sub })).toBe(sub);
  expect(principal({ claim: sub })).toBe(sub);
});

test("a token may stand without the word Bearer, or with it in any case", () => {
  const payload = Buffer.from('{"sub":"ada"}').toString("base64url");
  for (const word of ["", "Bearer ", "bearer "]) {
    expect(principal({ claim: "ada", authorization: `${word}e30.${payload}.c2ln` })).toBe("ada");
  }
});

const refused: [name: string, claim: unknown][] = [
  ["null", null],
  ["a number", 42],
  ["true", true],
  ["a list", ["alice"]],
  ["an object", { name: "alice" }],
  ["nothing", ""],
  ["spaces", "   "],
  ["other white space", "\t\u00a0\u2003"],
  ["a list, as API Gateway writes it", "[alice]"],
  ["a longer list", "[alice bob]"],
  ["an empty list", "[]"],
  ["null, as text", "null"],
  ["null, as Go writes it", "<nil>"],
  ["an object, as Go writes it", "map[name:alice]"],
  ["an object, as JSON", '{"name":"alice"}'],
  ["a line break", "alice\nbob"],
  ["a zero byte", "alice\0"],
  ["half a surrogate pair", "alice\ud83d"],
  ["a character too many", "x".repeat(256)],
];

test.each(refused)("%s is no principal", (_, claim) => {
  expect(principal({ claim })).toBeUndefined();
  expect(principal({ claim, token: claim })).toBeUndefined();
});

test("without a sub there is none, whatever else the token says", () => {
  expect(principal({})).toBeUndefined();
  for (const authorizer of [undefined, {}, { jwt: {} }, { jwt: { claims: {} } }])
    expect(principalOf({ headers: {}, requestContext: { authorizer } } as never)).toBeUndefined();
});

test.each([
  ["a number", "42", 42],
  ["a large number, which API Gateway rounds", "1e+21", 1e21],
  ["a list", "alice", ["alice"]],
  ["true", "yes", true],
  ["missing", "alice", undefined],
  ["another customer's", "alice", "bob"],
])("text among the claims is not believed if the token's sub is %s", (_, claim, token) => {
  expect(principal({ claim, token })).toBeUndefined();
});

test.each(["Bearer", "Bearer nonsense", "Bearer a.b.c", "Basic YWRhOnB3", ""])(
  "a header without a readable token (%s) names no principal",
  (authorization) => expect(principal({ claim: "ada", authorization })).toBeUndefined(),
);

const addressIn = (claims: object) =>
  verifiedEmailOf({
    requestContext: { authorizer: { jwt: { claims, scopes: [] } } },
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer);

test.each([true, "true"])("an address counts if its issuer verified it: %j", (email_verified) => {
  expect(addressIn({ email: "ada@example.com", email_verified })).toBe("ada@example.com");
});

test.each([
  { email: "ada@example.com" },
  { email: "ada@example.com", email_verified: false },
  { email: "ada@example.com", email_verified: "false" },
  { email: "ada@example.com", email_verified: "" },
  { email: "ada@example.com", email_verified: 1 },
  { email: "ada", email_verified: true },
  { email: ["ada@example.com"], email_verified: true },
  { email_verified: true },
  {},
])("%j names no verified address", (claims) => {
  expect(addressIn(claims)).toBeUndefined();
});

test("a domain is the same in any case, and what stands before it is not", () => {
  expect(isSameAddress("Ada@Example.COM", "Ada@example.com")).toBe(true);
  expect(isSameAddress("ada@example.com", "Ada@example.com")).toBe(false);
  expect(isSameAddress("ada@example.com", "ada@example.org")).toBe(false);
  expect(isSameAddress("ada@straße.example", "ada@strasse.example")).toBe(false);
  expect(isSameAddress('"a@b"@example.com', '"a@B"@example.com')).toBe(false);
});

test("without a token there is no verified address", () => {
  for (const authorizer of [undefined, {}, { jwt: {} }])
    expect(verifiedEmailOf({ requestContext: { authorizer } } as never)).toBeUndefined();
});
