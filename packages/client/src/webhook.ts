// A receiver's check of a webhook by Standard Webhooks: who sent it, unchanged, and not long ago.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

/** A webhook that passed. The same `id` comes again if an answer was lost: handle each id once. */
export type VerifiedWebhook = { id: string; event: unknown };

/** What was received is not what was sent, or it was sent too long ago. Answer it with 400. */
export class WebhookRefused extends Error {
  override readonly name = "WebhookRefused";
}

export type ReceivedWebhook = {
  /** The raw body, byte for byte: JSON that was parsed and written again has other bytes. */
  body: string | Uint8Array;
  /** By lower-case name, as in Node's `request.headers`, or a `Headers`. */
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>;
  /** `whsec_…`, several while the secret is rotated. */
  secrets: readonly string[];
  /** Milliseconds; the clock unless it is given. */
  now?: number;
};

/** A request that somebody recorded cannot be sent again after so long. */
const TOLERANCE_SECONDS = 300;

/** Rejects with WebhookRefused. */
export async function verifyWebhook(received: ReceivedWebhook): Promise<VerifiedWebhook> {
  const { now = Date.now(), secrets } = received;
  const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map((name) => {
    const header = headerOf(received.headers, `webhook-${name}`);
    if (!header) throw new WebhookRefused(`The header webhook-${name} is missing.`);
    return header;
  }) as [string, string, string];
  const isDigits = /^\d{1,12}$/.test(timestamp);
  if (!isDigits || Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS)
    throw new WebhookRefused("The webhook was not sent within the last five minutes.");
  const body = typeof received.body === "string" ? new TextEncoder().encode(received.body) : received.body;
  const signed = concatenated(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  if (!(await isSignedByOne(signed, signatures, secrets)))
    throw new WebhookRefused("No signature is by one of the secrets.");
  return { id, event: JSON.parse(new TextDecoder().decode(body)) };
}

async function isSignedByOne(
  signed: Uint8Array<ArrayBuffer>,
  signatures: string,
  secrets: readonly string[],
) {
  const given = signatures.split(" ").flatMap((each) => {
    const [version, text = ""] = each.split(",");
    const bytes = version === "v1" ? bytesOf(text) : undefined;
    return bytes ? [bytes] : [];
  });
  for (const secret of secrets) {
    const key = bytesOf(secret.replace(/^whsec_/, ""));
    if (!key || key.length === 0) throw new TypeError("A webhook's secret is whsec_ and base64.");
    const hmac = { name: "HMAC", hash: "SHA-256" };
    const imported = await crypto.subtle.importKey("raw", key, hmac, false, ["verify"]);
    // `verify` compares in constant time.
    for (const signature of given)
      if (await crypto.subtle.verify("HMAC", imported, signature, signed)) return true;
  }
  return false;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function concatenated(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function headerOf(headers: ReceivedWebhook["headers"], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = headers[name];
  return Array.isArray(value) ? value.join(" ") : value;
}
