// Turns an AWS client of this process into one that needs neither a socket nor a signature to reach the endpoint.
import { type Answer, loopbackHandler } from "./handler.ts";

/** As much of a smithy client as is changed. */
type Client = { config: unknown; middlewareStack: { remove(name: string): boolean } };

/**
 * Everything else stays as it is in AWS: what the SDK writes, how it reads the answer, when it tries again. The
 * endpoint checks no signature, so none is made.
 */
export function throughLoopback<T>(client: T, answer: Answer): T {
  const { config, middlewareStack } = client as Client;
  (config as { requestHandler: unknown }).requestHandler = loopbackHandler(answer);
  middlewareStack.remove("httpSigningMiddleware");
  return client;
}
