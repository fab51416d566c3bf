// Who may use the laptop's port: a program on this machine, and of web pages those of this machine.
import type { IncomingMessage, RequestListener } from "node:http";
import { createCallers, isHere, type Pages } from "@order-saga/emulator/callers";
import type { MiddlewareHandler } from "hono";
import { problem, writeAnswer } from "./answer.ts";
import { problemResponse } from "./local-app.ts";

export { isHere };

/** Below this a page reads, if one is mounted. */
const PAGE_PATH = "/__local/console";

/** Lets through what this machine asks; `names` are further names of it. */
export function guardListener(
  names: readonly string[] | undefined,
  handle: RequestListener,
): RequestListener {
  const callers = createCallers(names);
  return (incoming, outgoing) => {
    const path = pathOf(incoming);
    const isLocal = /^\/__local(?:\/|$)/.test(path);
    const refused = callers.refuse(incoming, pagesOf(path), !isLocal);
    if (refused === undefined) return handle(incoming, outgoing);
    writeAnswer(outgoing, problem(403, "not-local", refused));
  };
}

/** The API is for shops on any port; the laptop's own routes and its page are for the page itself. */
const pagesOf = (path: string): Pages =>
  /^\/(?:$|(?:__local|console)(?:\/|$))/.test(path) ? "same-site" : "local";

/** As the router of the local routes reads it: without the dots, and without the escapes that it undoes. */
function pathOf({ url = "/" }: IncomingMessage): string {
  if (/^\/[\w/-]*$/.test(url)) return url;
  const path = URL.parse(url.startsWith("/") ? `http://localhost${url}` : url)?.pathname ?? url;
  return path.replace(/%[0-7][\da-f]/gi, (escaped) =>
    String.fromCharCode(Number.parseInt(escaped.slice(1), 16)),
  );
}

/**
 * No page of another site can set the header. A page on this machine reads without it, because a browser's
 * EventSource sends none; nothing is changed by it, and no other site can see the answer.
 */
export const needsHeader: MiddlewareHandler = async (context, next) => {
  const isReading = context.req.method === "GET" && context.req.path.startsWith(`${PAGE_PATH}/`);
  if (!isReading && context.req.header("x-order-saga") === undefined)
    return problemResponse(403, "header-missing", "Requests to /__local need the header X-Order-Saga.");
  return next();
};
