// What the laptop serves besides the API: its own routes and the console's page, on a web server made for
// pages.
import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type Answer, notAllowed, notFound, problem } from "./answer.ts";
import { LARGEST_EVENT_BYTES } from "./request-body.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

export function createLocalApp(): { app: Hono; listener: RequestListener } {
  const app = new Hono();
  app.use(
    bodyLimit({
      maxSize: LARGEST_EVENT_BYTES,
      onError: () => problemResponse(413, "body-too-large", "The body is larger than 6 MB."),
    }),
  );
  const unknown = (path: string) => {
    const known = methods.filter((method) =>
      app.router.match(method, path)[0].some(([[, route]]) => route.method === method),
    );
    return responseOf(known.length > 0 ? notAllowed(known) : notFound());
  };
  // Hono would answer HEAD by GET's route; the API has only the routes it was given.
  app.use(async (context, next) => (context.req.raw.method === "HEAD" ? unknown(context.req.path) : next()));
  app.notFound((context) => unknown(context.req.path));
  return { app, listener: getRequestListener(app.fetch) };
}

function responseOf({ body, ...answer }: Answer): Response {
  return new Response(body as string, answer as ResponseInit);
}

export function problemResponse(...given: Parameters<typeof problem>): Response {
  return responseOf(problem(...given));
}
