// What the API does on a connection: bodies that break off or never end, refusals before a body is read,
// other pages.
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { routeManifest } from "@order-saga/messaging";
import { expect, onTestFinished, test } from "vitest";
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

test("a body without a length that grows too large is refused, and its function does not run", async () => {
  const { bodies, converse } = await anApi();
  const mebibyte = `100000\r\n${"x".repeat(1024 * 1024)}\r\n`;
  const { heard } = await converse(
    head("/orders", "Transfer-Encoding: chunked"),
    ...Array.from({ length: 11 }, () => mebibyte),
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
  expect(unknown.answer).toContain("a page");
  const { converse } = await anApi();
  const { heard } = await converse(head("/orders", "Origin: https://shop.example", "Connection: close"));
  expect((await heard).toLowerCase()).not.toContain("access-control");
});
