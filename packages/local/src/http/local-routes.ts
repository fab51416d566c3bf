// Routes that exist on the laptop only: the token issuer's keys, development tokens, the clock, faults.
import type { Hono } from "hono";
import type { Runtime } from "../runtime.ts";
import { issueToken } from "../tokens/index.ts";
import { mountClockRoutes } from "./clock-routes.ts";
import { mountFaultRoutes } from "./fault-routes.ts";
import { problemResponse } from "./gateway.ts";
import { onlyFromHere } from "./loopback.ts";

export function mountLocalRoutes(app: Hono, runtime: Runtime): void {
  app.get("/.well-known/jwks.json", (context) => context.json(runtime.issuer.jwks()));

  app.use("/__local/*", onlyFromHere);
  mountClockRoutes(app, runtime);
  mountFaultRoutes(app, runtime.faults);

  app.post("/__local/token", async (context) => {
    const answer = await issueToken(runtime.issuer, await jsonOf(context.req.raw));
    return "problem" in answer ? problemResponse(400, "invalid-body", answer.problem) : context.json(answer);
  });

  app.onError(() => problemResponse(500, "internal-error", "The request could not be completed."));
}

async function jsonOf(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}
