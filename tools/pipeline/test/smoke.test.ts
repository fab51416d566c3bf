// The smoke orders on the laptop: confirmed and declined; a stage that does not answer so is found out.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { calm, type Saga, startSaga } from "@order-saga/local/testing/saga";
import { allScopes } from "@order-saga/local/tokens/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SmokeOptions, smoke } from "../src/smoke-order.ts";

let saga: Saga;
let options: SmokeOptions;
const said: string[] = [];

beforeAll(async () => {
  saga = await startSaga(undefined, calm);
  const token = await saga.runtime.issuer.sign({ sub: "smoke", scope: allScopes, expiresInSeconds: 600 });
  options = {
    url: saga.runtime.url,
    token,
    patience: 20_000,
    now: () => Date.now(),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds / 10)),
    say: (line) => said.push(line),
  };
});
afterAll(() => saga.stop());

test("a good card is confirmed and a bad one rejected, again and again", async () => {
  for (const _ of [1, 2]) expect(await smoke(options)).toEqual([]);
  expect(said.map((line) => /: (\w+) after/.exec(line)?.[1])).toEqual([
    "CONFIRMED",
    "REJECTED",
    "CONFIRMED",
    "REJECTED",
  ]);
});

/** An API at which every order stays as it is. */
async function stuckAt(status: string) {
  const server = createServer((request, response) => {
    const isOpen = request.headers.authorization !== undefined;
    const isOrder = request.method === "POST";
    response.writeHead(isOpen ? (isOrder ? 202 : 200) : 401, { "content-type": "application/json" });
    response.end(JSON.stringify({ orderId: "ord_1", status }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test.each([
  ["RESERVED", ["expected CONFIRMED", "expected REJECTED"]],
  ["CONFIRMED", ["expected REJECTED"]],
])("orders that stay %s are named, with where they got to", async (status, expected) => {
  const { server, url } = await stuckAt(status);
  let milliseconds = 0;
  const pause = async (given: number) => {
    milliseconds += given;
  };
  const faults = await smoke({ ...options, url, now: () => milliseconds, pause });
  server.close();
  expect(faults).toEqual(
    expected.map((each) => expect.stringMatching(`is ${status} after \\d+ ms, ${each}$`)),
  );
});

test("a token that is refused is a fault, not a stack", async () => {
  const [fault] = await smoke({ ...options, token: "nonsense" });
  expect(fault).toContain("Send a token");
});

test("an API that lets everybody in is a fault", async () => {
  expect(await smoke({ ...options, url: `${options.url}/health?` })).toEqual([
    expect.stringContaining("without a token answers 200"),
  ]);
});
