// What the laptop serves besides the API: its own routes and the console's page, on a web server made for
// pages.
import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { gatewayError, problem } from "./answer.ts";
import { MAXIMUM_PAYLOAD_BYTES } from "./request-body.ts";

/** What it does not know is answered as API Gateway answers it. */
export function createLocalApp(): { app: Hono; listener: RequestListener } {
  const app = new Hono();
  app.use(
    bodyLimit({
      maxSize: MAXIMUM_PAYLOAD_BYTES,
      onError: () => problemResponse(413, "body-too-large", "The body is larger than 10 MB."),
    }),
  );
  // Hono would answer HEAD by GET's route; API Gateway has only the routes it was given.
  app.use(async (context, next) => (context.req.raw.method === "HEAD" ? notFound() : next()));
  app.notFound(notFound);
  return { app, listener: getRequestListener(app.fetch) };
}

/** No route has the path, or none has it with the method. */
function notFound(): Response {
  const { body, ...answer } = gatewayError(404, "Not Found");
  return new Response(body as string, answer as ResponseInit);
}

export function problemResponse(...given: Parameters<typeof problem>): Response {
  const { body, ...answer } = problem(...given);
  return new Response(body as string, answer as ResponseInit);
}
