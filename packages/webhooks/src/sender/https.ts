// Posts a webhook over HTTPS: only to allowed addresses, without redirects, and within a time limit.
import { lookup } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { nameOf } from "@order-saga/messaging/errors";
import type { Answer } from "../delivery.ts";
import type { Addresses } from "../endpoints.ts";
import { isLoopback, isPublic } from "./addresses.ts";
import type { Post } from "./signing.ts";

/** Standard Webhooks recommends 15 to 30 s for a receiver; the function has 30 s for all it does. */
const TIMEOUT_MILLISECONDS = 15_000;

/** Only the status counts: of the body so much is read that a receiver's answer is not cut off. */
const MOST_BODY_BYTES = 16 * 1024;

/** The address is judged when the socket connects to it, so that a name cannot lead elsewhere meanwhile. */
export function createPost(
  addresses: Addresses,
  {
    resolve = lookup,
    timeoutMilliseconds = TIMEOUT_MILLISECONDS,
  }: { resolve?: typeof lookup; timeoutMilliseconds?: number } = {},
): Post {
  const isAllowed = (address: string) =>
    isPublic(address) || (addresses === "loopback" && isLoopback(address));
  const guarded: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const refused = !error && (found.length === 0 || found.some(({ address }) => !isAllowed(address)));
      if (error || refused) return callback(error ?? new AddressRefused(), "", 0);
      const [first] = found;
      if (options.all) callback(null, found);
      else callback(null, first?.address ?? "", first?.family);
    });
  };
  return async ({ body, headers, url }) => {
    const { hostname, protocol } = new URL(url);
    // A socket looks no address up that is one already.
    const literal = hostname.replace(/^\[|\]$/g, "");
    if (isIP(literal) !== 0 && !isAllowed(literal)) return { error: "AddressRefused" };
    const isPlain = protocol === "http:" && addresses === "loopback";
    if (protocol !== "https:" && !isPlain) return { error: "NoHttps" };
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    const request = isPlain ? requestHttp : requestHttps;
    const length = { "content-length": String(Buffer.byteLength(body)) };
    const given = {
      method: "POST",
      headers: { ...headers, ...length },
      lookup: guarded,
      agent: false,
      signal,
    } as const;
    return new Promise<Answer>((settle) => {
      const sent = request(url, given, (response) => {
        const { headers: said, statusCode: status = 0 } = response;
        const retryAfterSeconds = secondsIn(said["retry-after"]);
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MOST_BODY_BYTES) response.destroy();
        });
        response.on("error", () => {});
        response.on("close", () =>
          settle({ status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }),
        );
      });
      sent.on("error", (error) => settle({ error: signal.aborted ? "Timeout" : codeOf(error) }));
      sent.end(body);
    });
  };
}

/** A name that leads to a private address, such as that of a machine's metadata. */
class AddressRefused extends Error {
  readonly code = "AddressRefused";
}

/** The system's or TLS's own word, such as ECONNREFUSED; never its message, which quotes addresses. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^\w{1,60}$/.test(code) ? code : nameOf(error);
}

/** RFC 9110, 10.2.3; a date is not read: our own schedule holds then. */
function secondsIn(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,7}$/.test(retryAfter) ? Number(retryAfter) : undefined;
}
