// The body of a request to the API, up to what API Gateway takes.
import type { IncomingMessage } from "node:http";

/** API Gateway refuses larger payloads (API Gateway quotas). */
export const MAXIMUM_PAYLOAD_BYTES = 10 * 1024 * 1024;

/**
 * Undefined if it is too large; what is left of it Node throws away. Rejects if the client leaves before
 * its end.
 */
export async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const { "content-length": length, "transfer-encoding": encoding } = incoming.headers;
  if (length === undefined && encoding === undefined) return Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming
      .on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MAXIMUM_PAYLOAD_BYTES) chunks.push(chunk);
        else resolve(undefined);
      })
      .on("end", () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
      .on("error", reject)
      .on("close", () => reject(new Error("The client left.")));
  });
}

/** Of a body that says so nothing need be read. */
export function declaresTooLarge({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? 0) > MAXIMUM_PAYLOAD_BYTES;
}
