// Which pages may ask the API: on the laptop those of this machine, whatever their port.
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { isHere } from "./loopback.ts";

/** As the stage's API has them (stacks/api.ts). */
const preflight = {
  "access-control-allow-methods": "GET,POST,PUT",
  "access-control-allow-headers": "authorization,content-type,idempotency-key,if-none-match",
  "access-control-max-age": "3600",
};
const exposed = { "access-control-expose-headers": "etag,location,retry-after" };

/** What lets the page read the answer; nothing for another site's page, and where no page asks. */
export function corsHeaders({ headers: { origin } }: IncomingMessage): OutgoingHttpHeaders {
  if (origin === undefined || !isHere(origin)) return {};
  return { "access-control-allow-origin": origin, vary: "origin", ...exposed };
}

/** The method that a browser asks leave for, before it sends a page's request. */
export function preflightOf({ headers, method }: IncomingMessage): string | undefined {
  return method === "OPTIONS" ? headers["access-control-request-method"] : undefined;
}

export function preflightHeaders(incoming: IncomingMessage): OutgoingHttpHeaders {
  const allowed = corsHeaders(incoming);
  return "access-control-allow-origin" in allowed ? { ...allowed, ...preflight } : {};
}
