// What is signed is verified by our own client and by the library of Standard Webhooks, with either secret.
import { verifyWebhook } from "@order-saga/client";
import { testNow } from "@order-saga/messaging/testing";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSender } from "./signing.ts";

const [fresh, old] = ["new", "old"].map(
  (text) => `whsec_${Buffer.from(text.repeat(10)).toString("base64")}`,
) as [string, string];
const body = JSON.stringify({ type: "order.confirmed", data: { orderId: "ord_1", name: "Zoë" } });

async function sentWith(secrets: string[]) {
  const sent: { headers: Readonly<Record<string, string>>; body: string }[] = [];
  const post = async (request: (typeof sent)[number]) => {
    sent.push(request);
    return { status: 200 };
  };
  const send = createSender(post, new Map([["shop", secrets]]));
  const answer = await send({
    endpoint: { name: "shop", url: "https://shop.example/" },
    id: "msg_1",
    body,
    now: testNow,
  });
  return { answer, request: sent[0] };
}

beforeEach(() => void vi.useFakeTimers({ now: testNow, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

test("a receiver with the old or the new secret verifies it while the secret is rotated", async () => {
  const { request } = await sentWith([fresh, old]);
  if (!request) return expect.unreachable();
  const { headers } = request;
  for (const secret of [fresh, old]) {
    expect((await verifyWebhook({ body, headers, secrets: [secret] })).id).toBe("msg_1");
    expect(new Webhook(secret).verify(body, { ...headers })).toEqual(JSON.parse(body));
  }
  const other = `whsec_${Buffer.alloc(32).toString("base64")}`;
  await expect(verifyWebhook({ body, headers, secrets: [other] })).rejects.toThrow("No signature");
  expect(() => new Webhook(other).verify(body, { ...headers })).toThrow();
});

test.each([[[]], [["whsec_c2hvcnQ="]], [[Buffer.alloc(32).toString("base64")]]])(
  "nothing goes out unsigned: with the secrets %j it is an attempt that failed",
  async (secrets) => {
    expect(await sentWith(secrets)).toEqual({ answer: { error: "NoSecret" }, request: undefined });
  },
);
