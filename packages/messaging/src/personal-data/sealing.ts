// Seals text of a person under their key, so that it is unreadable everywhere once the key is deleted.
import { createCipheriv, createDecipheriv, createHash, createHmac } from "node:crypto";

/** Why no mail goes to an address any more. */
export type MailStop = "bounced" | "complained";

/** A customer's key. Another one made for them later has another `id`. */
export type CustomerKey = {
  readonly id: string;
  readonly bytes: Uint8Array;
  /** By the mark of an address (`markOf`). */
  readonly stops?: Readonly<Record<string, MailStop>>;
};

/** So many bytes of chance. */
export type Random = (bytes: number) => Uint8Array;

const KEY_BYTES = 32;
const KEY_ID_BYTES = 3;
/** What AES-GCM is made for (NIST SP 800-38D, 5.2.1.1). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CUSTOMER_CHARACTERS = 16;
const MARK_CHARACTERS = 16;

/**
 * The customer's name in the table of keys and in what is sealed for them: a hash of 96 bits, so that neither
 * says who it is.
 */
export function customerOf(principal: string): string {
  const hash = createHash("sha256").update(`order-saga customer\0${principal}`).digest("base64url");
  return hash.slice(0, CUSTOMER_CHARACTERS);
}

/** An address under the customer's key, so that without the key it can be neither read nor tried out. */
export function markOf(address: string, key: CustomerKey): string {
  const at = address.lastIndexOf("@");
  const canonical = address.slice(0, at) + address.slice(at).toLowerCase();
  const hash = createHmac("sha256", key.bytes).update(`order-saga mail stop\0${canonical}`);
  return hash.digest("base64url").slice(0, MARK_CHARACTERS);
}

export function newKey(random: Random): CustomerKey {
  return { id: base64url(random(KEY_ID_BYTES)), bytes: random(KEY_BYTES) };
}

/** Whose key opens it, and which of theirs. */
export type Sealed = { readonly customer: string; readonly keyId: string };

/** Throws TypeError for what no release has sealed. */
export function read(sealed: string): Sealed & { readonly bytes: Buffer } {
  const [version, names = "", text = ""] = sealed.split(".");
  const bytes = Buffer.from(text, "base64url");
  if (version !== "v1" || names.length !== CUSTOMER_CHARACTERS + 4 || bytes.length < NONCE_BYTES + TAG_BYTES)
    throw new TypeError("This is nothing that was sealed for a customer.");
  return { customer: names.slice(0, CUSTOMER_CHARACTERS), keyId: names.slice(CUSTOMER_CHARACTERS), bytes };
}

type Sealing = {
  readonly customer: string;
  readonly key: CustomerKey;
  /** What the text is about, such as an order's id: opened as part of anything else it fails. */
  readonly subject: string;
  readonly random: Random;
};

/** `v1.<customer><key id>.<nonce, ciphertext and tag>`: AES-256-GCM, in base64url. */
export function seal(text: string, { customer, key, random, subject }: Sealing): string {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce).setAAD(Buffer.from(subject));
  const bytes = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1.${customer}${key.id}.${base64url(bytes)}`;
}

/** Throws if it was sealed by another key, or about something else, or was changed since. */
export function unseal(bytes: Buffer, key: CustomerKey, subject: string): string {
  const decipher = createDecipheriv("aes-256-gcm", key.bytes, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(subject)).setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString("utf8");
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
