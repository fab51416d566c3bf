// Serves the catalogue of events and the AsyncAPI document, for readers on this machine.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Hono } from "hono";

const asyncApi = fileURLToPath(import.meta.resolve("@order-saga/contracts/asyncapi.json"));

export function mountCatalogue(app: Hono): void {
  app.get("/asyncapi.json", async (context) =>
    context.body(await readFile(asyncApi, "utf8"), 200, { "content-type": "application/json" }),
  );
  app.get("/events", async (context) => {
    // Loaded when it is asked for, as it builds every document anew.
    const { catalogueHtml } = await import("@order-saga/documents/catalogue");
    return context.html(catalogueHtml(), 200, {
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
  });
}
