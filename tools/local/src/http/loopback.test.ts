// The guard is the listener's: whatever route is asked for, of pages only those of this machine are answered.
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeServer, type HttpListener, listen } from "./server.ts";

let http: HttpListener;
beforeAll(async () => {
  http = await listen(0, ["shop.example"]);
  http.accept((_, outgoing) => void outgoing.end("asked"));
});
afterAll(() => closeServer(http.server));

async function ask(path: string, headers: Record<string, string>, method = "GET") {
  const { port } = new URL(http.url);
  const sent = request({ host: "127.0.0.1", port, method, path, headers }).end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  answer.resume();
  return { status: answer.statusCode, type: answer.headers["content-type"] };
}

const refused = { status: 403, type: "application/problem+json" };

const paths = ["/", "/orders", "/products", "/health", "/nothing", "/console/flow", "/__local/token"];
const foreign: Record<string, string>[] = [
  { host: "rebind.example:3000" },
  { origin: "https://evil.example" },
  { origin: "null" },
  { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
  { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
];

test.each(paths.flatMap((path) => foreign.map((headers) => ({ path, headers }))))(
  "$path is not answered to $headers, started or not",
  async ({ headers, path }) => {
    for (const method of ["GET", "POST", "OPTIONS"])
      expect(await ask(path, headers, method)).toEqual(refused);
  },
);

const page = { "sec-fetch-mode": "cors", origin: "http://127.0.0.1:5173" };
const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };

test.each<[string, string, Record<string, string>, number]>([
  ["a program", "/orders", {}, 200],
  ["a program", "/__local/clock", {}, 200],
  ["a tunnel", "/orders", { host: "shop.example" }, 200],
  ["the page through a tunnel", "/__local/x", { host: "shop.example", origin: "https://shop.example" }, 200],
  ["the page", "/__local/clock", { "sec-fetch-site": "same-origin", origin: "http://localhost:3000" }, 200],
  ["a shop on another port", "/orders", { ...page, "sec-fetch-site": "same-site" }, 200],
  ["a shop under another name", "/orders?limit=1", { ...page, "sec-fetch-site": "cross-site" }, 200],
  ["a shop under another name", "/__local/token", { ...page, "sec-fetch-site": "cross-site" }, 403],
  ["a shop under another name", "/console", { ...page, "sec-fetch-site": "cross-site" }, 403],
  ["another site's link", "/", link, 200],
  ["another site's link", "/console/orders/ord_1?x=1", link, 200],
  ["another site's link", "/openapi.json", link, 200],
  ["another site's link", "/__local/console/session", link, 403],
  ["another site's link", "http://localhost/__local/console/session", link, 403],
  ["another site's link", "/%5F_local/console/session", link, 403],
  ["another site's link", "/__loca%6c/console/session%zz", link, 403],
  ["another site's link", "/x/../__local/console/session", link, 403],
  ["another site's link", "/x/%2E%2e/__local/console/session", link, 403],
  ["a shop under another name", "/%5f_local/token", { ...page, "sec-fetch-site": "cross-site" }, 403],
  ["a shop under another name", "/x/../console", { ...page, "sec-fetch-site": "cross-site" }, 403],
  ["a shop under another name", "/%63onsole?x=1", { ...page, "sec-fetch-site": "cross-site" }, 403],
  ["a shop under another name", "/?x=1", { ...page, "sec-fetch-site": "cross-site" }, 403],
])("%s at %s, with %o: %i", async (_, path, headers, status) => {
  expect((await ask(path, headers)).status).toBe(status);
});
