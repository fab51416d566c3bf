// Routes that exist on the laptop only: the token issuer's keys, development tokens, the clock.
import type { Hono } from "hono";
import * as z from "zod";
import type { Runtime } from "../runtime.ts";
import { issueToken } from "../tokens/index.ts";
import { problemResponse } from "./gateway.ts";

const AdvanceClock = z.strictObject({
  advanceSeconds: z
    .number()
    .positive()
    .max(90 * 24 * 3600),
});

export function mountLocalRoutes(app: Hono, runtime: Runtime): void {
  app.get("/.well-known/jwks.json", (context) => context.json(runtime.issuer.jwks()));

  // Only a program on this machine can set the header, so no web page can fetch itself a token or move time.
  app.use("/__local/*", async (context, next) => {
    if (context.req.header("x-order-saga") === undefined) {
      return problemResponse(403, "header-missing", "Requests to /__local need the header X-Order-Saga.");
    }
    return next();
  });

  app.post("/__local/token", async (context) => {
    const answer = await issueToken(runtime.issuer, await jsonOf(context.req.raw));
    return "problem" in answer ? problemResponse(400, "invalid-body", answer.problem) : context.json(answer);
  });

  app.post("/__local/clock", async (context) => {
    const body = AdvanceClock.safeParse(await jsonOf(context.req.raw));
    if (!body.success) return problemResponse(400, "invalid-body", "Send { advanceSeconds }, up to 90 days.");
    await runtime.advanceClock(body.data.advanceSeconds * 1000);
    return context.json({ now: new Date(runtime.now()).toISOString() });
  });

  app.notFound(() => problemResponse(404, "not-found", "There is no such route."));
  app.onError(() => problemResponse(500, "internal-error", "The request could not be completed."));
}

async function jsonOf(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}
