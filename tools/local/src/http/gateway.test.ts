// What the API does on a connection: bodies that break off or never end, refusals before a body is read,
// other pages.
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { routeManifest } from "@order-saga/messaging";
import { expect, onTestFinished, test, vi } from "vitest";
import { createGateway } from "./gateway.ts";
import { closeServer, listen } from "./server.ts";

async function anApi() {
  const bodies: unknown[] = [];
  const { accept, server, url } = await listen(0, ["shop"]);
  onTestFinished(() => closeServer(server));
  const route = (name: string, path: string, scopes: "orders:read"[] = []) => ({
    service: "orders",
    manifest: routeManifest({ name, method: "POST", path, scopes }),
  });
  accept(
    createGateway({
      routes: [route("take", "/orders"), route("guarded", "/guarded", ["orders:read"])],
      authorize: async () => ({ status: 401, reason: "Not permitted." }),
      async invoke(_service, _name, event) {
        bodies.push((event as { body?: string }).body);
        return { statusCode: 202, body: "taken" };
      },
      now: () => 0,
      otherwise: (_, outgoing) => void outgoing.end("a page"),
    }),
  );
  const port = Number(new URL(url).port);
  /** Sends the text on a connection of its own, and gives what is answered until the other side closes. */
  const converse = async (...said: string[]) => {
    const socket = connect(port, "127.0.0.1");
    const heard = text(socket).catch(() => "");
    for (const each of said) socket.write(each);
    return { heard, socket };
  };
  return { bodies, converse, server };
}

const head = (path: string, ...headers: string[]) =>
  [`POST ${path} HTTP/1.1`, "Host: shop", ...headers, "", ""].join("\r\n");
const last = head("/orders", "Connection: close", "Content-Length: 0");

test("requests follow each other on one connection, whatever became of a body before", async () => {
  const { bodies, converse } = await anApi();
  const json = "Content-Type: application/json";
  const { heard } = await converse(
    head("/orders", json, "Transfer-Encoding: chunked"),
    '4\r\n{"a"\r\n',
    "3\r\n:1}\r\n0\r\n\r\n",
    head("/guarded", "Content-Length: 5"),
    "nobod",
    head("/elsewhere", "Content-Length: 0"),
    last,
  );
  const answers = (await heard).split(/(?=HTTP\/1\.1 )/);
  expect(answers.map((each) => each.slice(9, 12))).toEqual(["202", "401", "200", "202"]);
  expect(answers[1]).toContain("Not permitted.");
  expect(answers[2]).toContain("a page");
  expect(bodies).toEqual(['{"a":1}', undefined]);
});

test("many requests that come at once on one connection are all answered, and nothing is warned of", async () => {
  const warned: Error[] = [];
  const hear = (warning: Error) => void warned.push(warning);
  process.on("warning", hear);
  onTestFinished(() => void process.off("warning", hear));
  const { bodies, converse } = await anApi();
  const { heard } = await converse(head("/orders", "Content-Length: 0").repeat(200) + last);
  expect((await heard).match(/HTTP\/1\.1 202/g)).toHaveLength(201);
  expect(bodies).toHaveLength(201);
  expect(warned).toEqual([]);
});

test("a body is refused where it outgrows its function's limit, and its function does not run", async () => {
  const { bodies, converse } = await anApi();
  const kibibyte = `400\r\n${"x".repeat(1024)}\r\n`;
  const { heard } = await converse(
    head("/orders", "Transfer-Encoding: chunked"),
    ...Array.from({ length: 33 }, () => kibibyte),
    "0\r\n\r\n",
    last,
  );
  const answers = (await heard).split(/(?=HTTP\/1\.1 )/);
  expect(answers.map((each) => each.slice(9, 12))).toEqual(["413", "202"]);
  expect(bodies).toEqual([undefined]);
});

test("a request whose client disconnects within its body is dropped", async () => {
  const { bodies, converse, server } = await anApi();
  const { socket } = await converse(head("/orders", "Content-Length: 100"), "half");
  const [connection] = await once(server, "request").then(([incoming]) => [incoming.socket]);
  socket.destroy();
  await new Promise((resolve) => connection.once("close", resolve));
  const { heard } = await converse(last);
  expect((await heard).slice(9, 12)).toBe("202");
  expect(bodies).toEqual([undefined]);
});

const ask = async (origin: string, ...more: string[]) => {
  const { bodies, converse } = await anApi();
  const { heard } = await converse(
    [
      "OPTIONS /orders HTTP/1.1",
      "Host: shop",
      `Origin: ${origin}`,
      "Connection: close",
      ...more,
      "",
      "",
    ].join("\r\n"),
  );
  return { bodies, answer: (await heard).toLowerCase() };
};

test.each(["http://localhost:5173", "http://127.0.0.1:8080"])(
  "a page of this machine may ask, with its token and its key: %s",
  async (origin) => {
    const { answer, bodies } = await ask(origin, "Access-Control-Request-Method: POST");
    expect(answer.slice(9, 12)).toBe("204");
    expect(answer).toContain(`access-control-allow-origin: ${origin}\r\n`);
    expect(answer).toContain("access-control-allow-headers: authorization,content-type,idempotency-key");
    expect(answer).toContain("access-control-allow-methods: get,post,put");
    expect(bodies).toEqual([]);
    const { converse } = await anApi();
    const { heard } = await converse(
      head("/orders", `Origin: ${origin}`, "Content-Length: 0", "Connection: close"),
    );
    expect((await heard).toLowerCase()).toContain(`access-control-allow-origin: ${origin}\r\n`);
  },
);

test("another site's page may not, and a method that no route has is no route's", async () => {
  const foreign = await ask("https://shop.example", "Access-Control-Request-Method: POST");
  expect(foreign.answer).not.toContain("access-control");
  const unknown = await ask("http://localhost:5173", "Access-Control-Request-Method: DELETE");
  expect(unknown.answer.slice(9, 12)).toBe("405");
  expect(unknown.answer).not.toContain("access-control-allow-methods");
  const { converse } = await anApi();
  const { heard } = await converse(head("/orders", "Origin: https://shop.example", "Connection: close"));
  expect((await heard).toLowerCase()).not.toContain("access-control");
});

/** An API whose functions answer when they are told to, for the customer whom the authorization names. */
async function aSlowApi() {
  const running: (() => void)[] = [];
  const { accept, server, url } = await listen(0);
  onTestFinished(() => closeServer(server));
  const take = routeManifest({ name: "take", method: "POST", path: "/orders", scopes: ["orders:write"] });
  const bulk = routeManifest({ ...take, name: "bulk", path: "/bulk", maximumBodyBytes: 2 * 1024 * 1024 });
  const health = routeManifest({ name: "health", method: "GET", path: "/health", scopes: [], table: "none" });
  accept(
    createGateway({
      routes: [take, bulk, health].map((manifest) => ({ service: "orders", manifest })),
      authorize: async (authorization) => ({ claims: { sub: authorization ?? "" } }),
      async invoke(_service, name) {
        if (name !== "health") await new Promise<void>((resolve) => running.push(resolve));
        return { statusCode: name === "health" ? 200 : 202, body: name };
      },
      now: () => 0,
      limits: { running: 2, waiting: 10 },
    }),
  );
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const ask = async (method: string, path: string, who = "ada", body = "") => {
    const sent = request(new URL(path, url.replace("localhost", "127.0.0.1")), {
      method,
      agent,
      headers: { authorization: who },
    });
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };
  /** Ends what runs, until nothing does. */
  const serveAll = async () => {
    while (running.length > 0) {
      for (const end of running.splice(0)) end();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { ask, running, serveAll };
}

test("beyond what can wait a request is told to come again, while others' turns and the health go on", async () => {
  const { ask, running, serveAll } = await aSlowApi();
  const answered: string[] = [];
  const ada = Array.from({ length: 20 }, () =>
    ask("POST", "/orders").then((answer) => {
      answered.push(String(answer.status));
      return answer;
    }),
  );
  await vi.waitUntil(() => answered.length === 20 - 12);
  expect(new Set(answered)).toEqual(new Set(["429"]));
  expect(running).toHaveLength(2);
  expect((await ask("GET", "/health")).status).toBe(200);
  const bob = ask("POST", "/orders", "bob");
  await vi.waitUntil(() => answered.length === 20 - 11);
  await serveAll();
  expect((await bob).status).toBe(202);
  const answers = await Promise.all(ada);
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(11);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.headers).toMatchObject({ "content-type": "application/problem+json", "retry-after": "1" });
  expect(JSON.parse(refused?.body ?? "")).toMatchObject({ type: "busy", status: 429 });
});

test("bodies that wait are held up to a limit together, and the room is free again when they are answered", async () => {
  const { ask, running, serveAll } = await aSlowApi();
  const large = "x".repeat(2 * 1024 * 1024);
  for (const _ of [1, 2]) {
    const answers = Array.from({ length: 12 }, () => ask("POST", "/bulk", "ada", large));
    const refused = await Promise.any(answers.map(async (each) => (await each).status));
    expect(refused).toBe(429);
    await vi.waitUntil(() => running.length > 0);
    const all = Promise.all(answers);
    const until = setInterval(serveAll, 1);
    const statuses = (await all).map(({ status }) => status);
    clearInterval(until);
    expect(new Set(statuses)).toEqual(new Set([202, 429]));
  }
  const alone = ask("POST", "/bulk", "ada", large);
  await vi.waitUntil(() => running.length === 1);
  await serveAll();
  expect((await alone).status).toBe(202);
});
