// A process that ends right after a customer was forgotten has forgotten them, and its folder opens again.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { interrupt, kill, type Running, start } from "../src/testing/process.ts";

const canary = "canary.of.ada@forgotten.example";

const post = (url: string, body: object, headers: Record<string, string>) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

/** The order's last mail is out before, so that none is on its way while its customer is forgotten. */
async function placeAndForget({ token, url }: Running, data: string): Promise<void> {
  const order = {
    contact: { email: canary },
    currency: "EUR",
    lines: [{ sku: "TEA-EARL-GREY", quantity: 1 }],
    paymentMethod: "pm_card_visa",
  };
  const headers = { authorization: `Bearer ${token}`, "idempotency-key": "an-order-to-be-forgotten" };
  const placed = await post(`${url}/orders`, order, headers);
  expect(placed.status).toBe(202);
  const { orderId } = (await placed.json()) as { orderId: string };
  const mailed = () => filesWith(data, `${orderId}/confirmed`).length;
  await expect.poll(mailed, { timeout: 20_000, interval: 100 }).toBeGreaterThan(0);
  expect(filesWith(data, canary)).not.toEqual([]);
  const { sub } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  const forgotten = await post(`${url}/__local/customers/forget`, { sub }, { "x-order-saga": "test" });
  expect(forgotten.status).toBe(200);
}

const filesWith = (folder: string, text: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));

const ends: [string, (running: Running) => Promise<unknown>][] = [
  ["killed", kill],
  ["stopped", interrupt],
];

test.each(process.env.NIGHTLY ? ends : ends.slice(0, 1))(
  "%s right after it has forgotten a customer",
  async (_, end) => {
    const data = mkdtempSync(join(tmpdir(), "order-saga-"));
    onTestFinished(() => rmSync(data, { recursive: true }));
    const first = await start(data);
    await placeAndForget(first, data);
    await end(first);
    expect(filesWith(data, canary)).toEqual([]);
    const second = await start(data);
    expect(second.output()).toContain("Ctrl-C stops");
    expect((await fetch(`${second.url}/health`)).status).toBe(200);
    await kill(second);
    expect(filesWith(data, canary)).toEqual([]);
  },
);
