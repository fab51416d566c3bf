// Tokens on the laptop: who issues them, who checks them, and how a developer gets one.
import { scopes } from "@order-saga/contracts";
import { MailAddress } from "@order-saga/contracts/text";
import * as z from "zod";
import { DEVELOPERS_EMAIL, type Issuer } from "./issuer.ts";

export { jwtAuthorizer } from "./authorizer.ts";
export { createIssuer, type Issuer, openSigningKey, type SigningKey } from "./issuer.ts";

/** Who the laptop's tokens are for. */
export const AUDIENCE = "order-saga";

/** A development token lasts a working day, in seconds. */
export const DEVELOPMENT_TOKEN_SECONDS = 12 * 3600;

export const allScopes: string = scopes.join(" ");

const known = (scope: string) =>
  scope.split(" ").every((each) => (scopes as readonly string[]).includes(each));

export const TokenBody = z.strictObject({
  sub: z.string().min(1).max(128).default("dev"),
  scope: z
    .string()
    .refine(known, `scopes are ${scopes.join(", ")}`)
    .default(allScopes),
  /** Its verified `email` claim. */
  email: z
    .string()
    .refine((email) => MailAddress.safeParse(email).success, "must be an address that an order may have")
    .default(DEVELOPERS_EMAIL),
});

/** Signs what a developer asks for, or says what is wrong with it. */
export async function issueToken(
  issuer: Issuer,
  body: unknown,
): Promise<{ token: string } | { problem: string }> {
  const parsed = TokenBody.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `${issue?.path.join(".") ?? "body"}: ${issue?.message ?? "not valid"}` };
  }
  return { token: await issuer.sign({ ...parsed.data, expiresInSeconds: DEVELOPMENT_TOKEN_SECONDS }) };
}
