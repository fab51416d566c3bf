// Serves the console's page under a content policy that lets nothing leave the machine.
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { problemResponse } from "@order-saga/local/http/local-app";
import type { Hono } from "hono";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * Everything from here, nothing inline, framed by no site; a mail has an address and a policy of its own, and
 * files are uploaded to the endpoint beside.
 */
const policyFor = (uploads: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${uploads}`,
    "frame-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

const headersFor = (uploads: string) => ({
  "content-security-policy": policyFor(uploads),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
});

/**
 * `files` resolves with the folder of the built page; requests wait while it is built. `uploads` is the
 * endpoint that the page may post files to.
 */
export function mountPage(app: Hono, files: () => Promise<string>, uploads: string): void {
  const headers = headersFor(uploads);
  const serve = async (path: string): Promise<Response> => {
    let folder: string;
    try {
      folder = await files();
    } catch (error) {
      return problemResponse(
        503,
        "page-not-built",
        "The page could not be built.",
        {},
        { detail: String(error) },
      );
    }
    const asset = path.startsWith("/console/assets/") ? path.slice("/console/".length) : undefined;
    const file = normalize(join(folder, asset ?? "index.html"));
    const content = file.startsWith(folder + sep) ? await readFile(file).catch(() => undefined) : undefined;
    if (content === undefined) return problemResponse(404, "not-found", "There is no such file.");
    return new Response(content, {
      headers: {
        ...headers,
        "content-type": types[extname(file)] ?? "application/octet-stream",
        // A file's name changes with its content; the page itself is asked for each time.
        "cache-control": asset ? "public, max-age=31536000, immutable" : "no-cache",
      },
    });
  };
  app.get("/", () => serve("/"));
  app.get("/console", () => serve("/"));
  app.get("/console/*", (context) => serve(context.req.path));
}
