// Who a request is from: the `sub` of its token, and the address that its issuer has verified.
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";

type Event = Pick<APIGatewayProxyEventV2WithJWTAuthorizer, "headers" | "requestContext">;

/**
 * The token's `sub`; undefined if it is missing or cannot be the name of one customer.
 *
 * API Gateway's authorizer verifies the token but demands no `sub` (developer guide, "JWT authorizers", the
 * claims it validates), and hands each claim over as text: a list as `[a b]`, a number in digits. So that it
 * was a string is read from the token itself; that this is the verified token is seen by its equal `sub`.
 */
export function principalOf({ headers, requestContext }: Event): string | undefined {
  const verified: unknown = requestContext.authorizer?.jwt?.claims?.sub;
  if (!isPrincipal(verified)) return undefined;
  const { authorization } = headers;
  return authorization === undefined || subjectIn(authorization) === verified ? verified : undefined;
}

/**
 * OpenID Connect allows 255 characters (Core 1.0, 2); so keys of DynamoDB stay far below their 2,048 bytes.
 * Half a surrogate pair is no character: in UTF-8 all of them are the same, and so would two customers be.
 */
const printable = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** What is no string in a token becomes such a text on its way through API Gateway. */
const rendered = /^(\[.*\]|\{.*\}|map\[.*\]|null|undefined|<nil>|true|false|\[object Object\])$/;

function isPrincipal(sub: unknown): sub is string {
  return typeof sub === "string" && sub.trim() !== "" && printable.test(sub) && !rendered.test(sub);
}

/** The `sub` as it stands in a token, of any type; undefined if the header holds no token. */
function subjectIn(authorization: string): unknown {
  const [, payload = ""] = authorization.split(".");
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString()).sub;
  } catch {
    return undefined;
  }
}

/**
 * The address that the issuer says it has verified (OpenID Connect Core 1.0, 5.1); undefined without one. API
 * Gateway hands `email_verified` over as text, and some issuers have it as text already.
 */
export function verifiedEmailOf({ requestContext }: Pick<Event, "requestContext">): string | undefined {
  const { email, email_verified: verified } = requestContext.authorizer?.jwt?.claims ?? {};
  const isVerified = verified === true || verified === "true";
  return isVerified && typeof email === "string" && email.includes("@") ? email : undefined;
}

/** True if both are one mailbox: what stands before the @ is the host's own matter, domains have no case. */
export function isSameAddress(one: string, other: string): boolean {
  const [a, b] = [one, other].map((address) => {
    const at = address.lastIndexOf("@");
    return `${address.slice(0, at)}${address.slice(at).toLowerCase()}`;
  });
  return a === b;
}
