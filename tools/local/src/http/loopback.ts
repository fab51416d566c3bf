// Who may use the laptop's own routes: a program on this machine, and no web page.
import type { MiddlewareHandler } from "hono";
import { problemResponse } from "./local-app.ts";

/** Below this a page reads, if one is mounted. */
const PAGE_PATH = "/__local/console";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Refuses requests under a foreign host name that resolves to this machine (DNS rebinding), and requests from
 * other sites' pages.
 */
export const onlyThisHost: MiddlewareHandler = async (context, next) => {
  const { host, origin } = context.req.header();
  const isForeign = context.req.header("sec-fetch-site") === "cross-site";
  if (!isHere(`http://${host ?? ""}`) || (origin !== undefined && !isHere(origin)))
    return problemResponse(403, "not-local", "Requests to /__local are answered on this machine only.");
  // A link on another site may lead to the page, and to nothing behind it.
  if (isForeign && context.req.header("sec-fetch-mode") !== "navigate")
    return problemResponse(403, "not-local", "Another site's page may not ask here.");
  return next();
};

/**
 * The same, and the header that no page of another site can set. A page on this machine reads without it,
 * because a browser's EventSource sends none; nothing is changed by it, and no other site can see the
 * answer.
 */
export const onlyFromHere: MiddlewareHandler = async (context, next) => {
  const refused = await onlyThisHost(context, async () => {});
  if (refused) return refused;
  const isReading = context.req.method === "GET" && context.req.path.startsWith(`${PAGE_PATH}/`);
  if (!isReading && context.req.header("x-order-saga") === undefined)
    return problemResponse(403, "header-missing", "Requests to /__local need the header X-Order-Saga.");
  return next();
};

/** True for an address of this machine. */
export function isHere(url: string): boolean {
  return URL.canParse(url) && loopback.has(new URL(url).hostname);
}
