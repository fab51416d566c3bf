// A receiver's check of webhooks, against the example in the specification of Standard Webhooks.
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { verifyWebhook, WebhookRefused } from "./webhook.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const example = {
  body: '{"test": 2432232314}',
  headers: {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  },
  secrets: [secret],
  now: 1614265330_000,
};
const other = `whsec_${Buffer.from("another secret of 24 byte").toString("base64")}`;
const withHeaders = (headers: Record<string, string | undefined>) => ({
  ...example,
  headers: { ...example.headers, ...headers },
});

test("the specification's own example passes, with Node's headers and with a browser's", async () => {
  expect(await verifyWebhook(example)).toMatchObject({ id: "msg_p5jXN8AQM9LWM0D4loKWxJek" });
  const bytes = { ...example, headers: new Headers(example.headers), body: Buffer.from(example.body) };
  expect(await verifyWebhook(bytes)).toMatchObject({ event: { test: 2432232314 } });
});

test("while a secret is rotated one of two signatures, or one of two secrets, is enough", async () => {
  const signed = `${example.headers["webhook-id"]}.1614265330.${example.body}`;
  const key = Buffer.from(other.slice(6), "base64");
  const second = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  const both = withHeaders({ "webhook-signature": `${second} ${example.headers["webhook-signature"]}` });
  await verifyWebhook(both);
  await verifyWebhook({ ...both, secrets: [other] });
  await verifyWebhook({ ...example, secrets: [other, secret] });
});

test.for([
  ["another body", { ...example, body: '{"test": 2432232315}' }],
  ["another id", withHeaders({ "webhook-id": "msg_other" })],
  ["another time", withHeaders({ "webhook-timestamp": "1614265331" })],
  ["a foreign secret", { ...example, secrets: [other] }],
  ["no secret", { ...example, secrets: [] }],
  ["five minutes too late", { ...example, now: 1614265330_000 + 301_000 }],
  ["five minutes too early", { ...example, now: 1614265330_000 - 301_000 }],
  ["no time", withHeaders({ "webhook-timestamp": "now" })],
  ["no signature", withHeaders({ "webhook-signature": undefined })],
  ["a signature that is no base64", withHeaders({ "webhook-signature": "v1,%%%" })],
  [
    "a signature of another scheme",
    withHeaders({ "webhook-signature": "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" }),
  ],
  ["a shorter signature", withHeaders({ "webhook-signature": "v1,g0hM9SsE" })],
] as const)("refused: %s", async ([, received]) => {
  await expect(verifyWebhook(received)).rejects.toBeInstanceOf(WebhookRefused);
});
