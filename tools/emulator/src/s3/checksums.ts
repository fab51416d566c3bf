// The body as it was before it was sent in chunks, and the digests that came with it.
// Source: S3 user guide, "Checking object integrity"; S3 API reference, "Signature calculations: transferring
// payload in multiple chunks".
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { notImplemented, S3Error } from "./errors.ts";

type Headers = Readonly<Record<string, string>>;

const PREFIX = "x-amz-checksum-";

const digests: Readonly<Record<string, (body: Uint8Array) => string>> = {
  crc32(body) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString("base64");
  },
  sha1: (body) => createHash("sha1").update(body).digest("base64"),
  sha256: (body) => createHash("sha256").update(body).digest("base64"),
};

export type Checked = { body: Buffer; checksums: Record<string, string> };

/** Throws BadDigest, XAmzContentSHA256Mismatch, IncompleteBody, or NotImplemented for an unknown checksum. */
export function checkedBody(headers: Headers, sent: Buffer): Checked {
  const isChunked = (headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-");
  const { body, trailers } = isChunked ? unchunked(sent) : { body: sent, trailers: {} };
  assertSize(headers, body);
  const hash = headers["x-amz-content-sha256"] ?? "";
  if (/^[0-9a-f]{64}$/.test(hash) && hash !== createHash("sha256").update(body).digest("hex"))
    throw new S3Error("XAmzContentSHA256Mismatch");
  const md5 = headers["content-md5"];
  if (md5 !== undefined && md5 !== createHash("md5").update(body).digest("base64"))
    throw new S3Error("BadDigest");
  return { body, checksums: checksumsIn({ ...headers, ...trailers }, body) };
}

function assertSize(headers: Headers, body: Buffer): void {
  const decoded = headers["x-amz-decoded-content-length"];
  if (decoded !== undefined && Number(decoded) !== body.length) throw new S3Error("IncompleteBody");
}

/** Those that the body was sent with; each must be its own. */
function checksumsIn(headers: Headers, body: Buffer): Record<string, string> {
  const given = Object.entries(headers).filter(
    ([name]) => name.startsWith(PREFIX) && !/^(algorithm|type|mode)$/.test(name.slice(PREFIX.length)),
  );
  for (const [name, value] of given) {
    const digest = digests[name.slice(PREFIX.length)];
    if (!digest) throw notImplemented(name);
    if (digest(body) !== value) throw new S3Error("BadDigest", `${name} does not match the content.`);
  }
  return Object.fromEntries(given);
}

/** Each chunk is its length in hexadecimal, perhaps a signature, its bytes; trailers follow the empty one. */
function unchunked(sent: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = sent.indexOf("\r\n", at);
    const [, length] = /^([0-9a-fA-F]+)(?:;|$)/.exec(sent.toString("latin1", at, Math.max(end, at))) ?? [];
    if (end < 0 || length === undefined) throw new S3Error("IncompleteBody");
    const bytes = Number.parseInt(length, 16);
    at = end + 2;
    if (bytes === 0) break;
    if (at + bytes > sent.length) throw new S3Error("IncompleteBody");
    parts.push(sent.subarray(at, at + bytes));
    at += bytes + 2;
  }
  const lines = sent.toString("latin1", at).split("\r\n");
  const trailers = lines.flatMap((line) => {
    const [, name, value] = /^([\w-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  return { body: Buffer.concat(parts), trailers: Object.fromEntries(trailers) };
}
