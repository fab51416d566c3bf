// What an OpenID provider has in AWS and the laptop has here: the published keys, and tokens for developers.
import type { Hono } from "hono";
import { type Issuer, issueToken } from "../tokens/index.ts";
import { problemResponse } from "./local-app.ts";

/** Mount `needsHeader` on `/__local` first. */
export function mountTokenRoutes(app: Hono, issuer: Issuer): void {
  app.get("/.well-known/jwks.json", (context) => context.json(issuer.jwks()));

  app.post("/__local/token", async (context) => {
    const answer = await issueToken(issuer, await jsonOf(context.req.raw));
    return "problem" in answer ? problemResponse(400, "invalid-body", answer.problem) : context.json(answer);
  });
}

async function jsonOf(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}
