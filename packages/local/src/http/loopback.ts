// Who may use the laptop's own routes: a program on this machine, and no web page.
import type { MiddlewareHandler } from "hono";
import { problemResponse } from "./gateway.ts";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Refuses a request that was not meant for this machine's own address: a name of somebody else's that was made to
 * point here, or a page of another site. The header is one that no page of another site can set.
 */
export const onlyFromHere: MiddlewareHandler = async (context, next) => {
  const { host, origin } = context.req.header();
  if (!isHere(`http://${host ?? ""}`) || (origin !== undefined && !isHere(origin))) {
    return problemResponse(403, "not-local", "Requests to /__local are answered on this machine only.");
  }
  if (context.req.header("x-order-saga") === undefined) {
    return problemResponse(403, "header-missing", "Requests to /__local need the header X-Order-Saga.");
  }
  return next();
};

function isHere(url: string): boolean {
  return URL.canParse(url) && loopback.has(new URL(url).hostname);
}
