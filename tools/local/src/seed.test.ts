// Seeding asks again while the shop is busy with a stock feed, and gives up on what does not pass.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { products, seedShop } from "./seed.ts";

/** A shop that has all products, and answers its stock's requests with these statuses, then with 200. */
async function aShop(statuses: number[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const isStock = request.url?.startsWith("/stock/");
    if (isStock) asked.push(request.url ?? "");
    response.writeHead(isStock ? (statuses.shift() ?? 200) : 200).end("{}");
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const issuer = { sign: async () => "token" } as unknown as Parameters<typeof seedShop>[1];
  return {
    asked,
    seed: () => seedShop(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, issuer),
  };
}

test("a shop that is busy is asked again", async () => {
  const { asked, seed } = await aShop([503, 503]);
  await seed();
  expect(asked).toHaveLength(products.length + 2);
});

test("a refusal ends the start", async () => {
  const { seed } = await aShop([403]);
  await expect(seed()).rejects.toThrow(/Seeding failed: PUT \/stock\/.* answered 403/);
});
