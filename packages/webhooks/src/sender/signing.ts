// Signs webhooks as Standard Webhooks asks: HMAC-SHA256 over id, time and body, once with each secret.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { createHmac } from "node:crypto";
import type { Answer } from "../delivery.ts";
import type { SendWebhook } from "../ports.ts";

/** Sends a request once, and says what came of it. */
export type Post = (request: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}) => Promise<Answer>;

/** Standard Webhooks asks for keys of 24 to 64 bytes. */
const LEAST_KEY_BYTES = 24;

/** An endpoint without a good secret fails until its secret is set: nothing goes out unsigned. */
export function createSender(post: Post, secrets: ReadonlyMap<string, readonly string[]>): SendWebhook {
  return ({ body, endpoint: { name, url }, id, now }) => {
    const keys = (secrets.get(name) ?? []).flatMap((secret) => keyOf(secret) ?? []);
    if (keys.length === 0) return Promise.resolve({ error: "NoSecret" });
    const timestamp = String(Math.floor(now / 1000));
    const signatures = keys.map((key) => signatureBy(key, `${id}.${timestamp}.${body}`));
    const headers = {
      "content-type": "application/json",
      "user-agent": "order-saga-webhooks/1",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signatures.join(" "),
    };
    return post({ url, headers, body });
  };
}

function keyOf(secret: string): Buffer | undefined {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return secret.startsWith("whsec_") && key.length >= LEAST_KEY_BYTES ? key : undefined;
}

const signatureBy = (key: Buffer, text: string) =>
  `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
