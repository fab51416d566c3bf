// A webhook goes to allowed addresses only, follows no redirect, reads no long answer and waits for none.
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createPost } from "./https.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function aReceiver(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, server };
}

const request = (url: string) => ({ url, headers: { "webhook-id": "msg_1" }, body: '{"name":"Zoë"}' });
const post = createPost("loopback");

/** Resolves every name to these addresses, as a resolver of the attacker's would. */
const resolvingTo = (...addresses: string[]) =>
  ((_name: string, _options: object, callback: (error: null, found: object[]) => void) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    )) as never;

test("the receiver gets method, headers and body, and its status is the answer", async () => {
  const seen: unknown[] = [];
  const { url } = await aReceiver(async (incoming, response) => {
    const body = Buffer.concat(await incoming.toArray()).toString();
    seen.push(incoming.method, incoming.url, incoming.headers["webhook-id"], body);
    response.writeHead(204).end();
  });
  expect(await post(request(url))).toEqual({ status: 204 });
  expect(seen).toEqual(["POST", "/hooks", "msg_1", '{"name":"Zoë"}']);
});

test("a redirect is an answer like any other, and not followed", async () => {
  let count = 0;
  const { url } = await aReceiver((_incoming, response) => {
    count++;
    response.writeHead(302, { location: "/elsewhere" }).end();
  });
  expect(await post(request(url))).toEqual({ status: 302 });
  expect(count).toBe(1);
});

test("Retry-After is told in seconds; a date is not read", async () => {
  const { url } = await aReceiver((incoming, response) => {
    const after = incoming.url === "/hooks" ? "120" : "Wed, 21 Oct 2026 07:28:00 GMT";
    response.writeHead(503, { "retry-after": after }).end();
  });
  expect(await post(request(url))).toEqual({ status: 503, retryAfterSeconds: 120 });
  expect(await post(request(`${url}/date`))).toEqual({ status: 503 });
});

test("an answer without an end is cut off, and its status counts", async () => {
  const { url } = await aReceiver((_incoming, response) => {
    response.writeHead(200);
    const more = () => response.write("x".repeat(4096), () => !response.destroyed && more());
    more();
  });
  expect(await post(request(url))).toEqual({ status: 200 });
});

test("a receiver that does not answer is given up, and one that is not there is named", async () => {
  const { server, url } = await aReceiver(() => {});
  const impatient = createPost("loopback", { timeoutMilliseconds: 50 });
  expect(await impatient(request(url))).toEqual({ error: "Timeout" });
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  expect(await post(request(url))).toEqual({ error: "ECONNREFUSED" });
});

test.each([
  "https://127.0.0.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0177.0.0.1/",
  "https://127.1/",
  "https://169.254.169.254/latest/meta-data/",
  "https://[::1]/",
  "https://[::ffff:169.254.169.254]/",
  "https://[64:ff9b::a9fe:a9fe]/",
  "https://[fd00:ec2::254]/",
  "https://10.0.0.1:443/",
])("a stage sends nothing to %s", async (url) => {
  expect(await createPost("public")(request(url))).toEqual({ error: "AddressRefused" });
});

test("a name that leads to a private address is refused when the socket asks for it, whatever else it leads to", async () => {
  for (const addresses of [
    ["127.0.0.1"],
    ["169.254.169.254"],
    ["8.8.8.8", "10.0.0.1"],
    ["::ffff:10.0.0.1"],
    [],
  ]) {
    const guarded = createPost("public", { resolve: resolvingTo(...addresses) });
    expect(await guarded(request("https://rebound.example/"))).toEqual({ error: "AddressRefused" });
  }
});

test("plain http is refused in a stage, and on a laptop beyond the laptop", async () => {
  expect(await createPost("public")(request("http://shop.example/"))).toEqual({ error: "NoHttps" });
  const elsewhere = createPost("loopback", { resolve: resolvingTo("192.168.1.2") });
  expect(await elsewhere(request("http://shop.example/"))).toEqual({ error: "AddressRefused" });
});
