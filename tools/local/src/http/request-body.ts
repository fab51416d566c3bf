// The body of a request to the API, up to what its function takes, and up to what all may hold together.
import type { IncomingMessage } from "node:http";

/** Lambda takes no larger event of a request (Lambda quotas), so none reaches a function in AWS either. */
export const LARGEST_EVENT_BYTES = 6 * 1024 * 1024;

/**
 * Of all bodies that have come and are not answered yet. A body is held several times on its way to its
 * function, and a worker's heap has 256 MB.
 */
const MAXIMUM_HELD_BYTES = 8 * 1024 * 1024;

export type Held = { body: Buffer; release: () => void };

/**
 * Reads bodies. Of a request that is refused nothing is kept, and the rest of its body Node throws away.
 * Rejects if the client leaves before its end.
 */
export function createBodyReader(maximumHeldBytes = MAXIMUM_HELD_BYTES) {
  let held = 0;
  return (incoming: IncomingMessage, maximumBytes: number): Promise<Held | "too-large" | "no-room"> => {
    const { "content-length": length, "transfer-encoding": encoding } = incoming.headers;
    if (length === undefined && encoding === undefined)
      return Promise.resolve({ body: Buffer.alloc(0), release() {} });
    if (declaresMore(incoming, maximumBytes)) return Promise.resolve("too-large");
    if (held + Number(length ?? 0) > maximumHeldBytes) return Promise.resolve("no-room");
    return new Promise((resolve, reject) => {
      let chunks: Buffer[] = [];
      let bytes = 0;
      let isRefused = false;
      const release = () => {
        held -= bytes;
        bytes = 0;
      };
      const refuse = (why: "too-large" | "no-room") => {
        isRefused = true;
        chunks = [];
        release();
        resolve(why);
      };
      incoming
        .on("data", (chunk: Buffer) => {
          if (isRefused) return;
          if (bytes + chunk.length > maximumBytes) return refuse("too-large");
          if (held + chunk.length > maximumHeldBytes) return refuse("no-room");
          bytes += chunk.length;
          held += chunk.length;
          chunks.push(chunk);
        })
        .on("end", () => {
          if (isRefused) return;
          const [only = Buffer.alloc(0)] = chunks;
          resolve({ body: chunks.length > 1 ? Buffer.concat(chunks) : only, release });
        })
        .on("error", reject)
        .on("close", () => {
          if (incoming.complete) return;
          isRefused = true;
          release();
          reject(new Error("The client left."));
        });
    });
  };
}

/** Of a body that says so nothing need be read. */
export function declaresMore({ headers }: IncomingMessage, maximumBytes: number): boolean {
  return Number(headers["content-length"] ?? 0) > maximumBytes;
}
