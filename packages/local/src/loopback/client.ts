// Turns an AWS client of this process into one that needs neither a socket nor a signature to reach the endpoint.
import { type Answer, loopbackHandler } from "./handler.ts";

/** As much of a smithy client as is changed. */
type Client = { config: unknown; middlewareStack: { remove(name: string): boolean } };

/**
 * What the SDK does for the wire and for AWS alone: the endpoint checks no signature and no length, reads no user
 * agent and no trace, and the log that a client without a logger prepares for every call goes nowhere.
 */
const forTheWire = [
  "httpAuthSchemeMiddleware",
  "httpSigningMiddleware",
  "contentLengthMiddleware",
  "getUserAgentMiddleware",
  "hostHeaderMiddleware",
  "recursionDetectionMiddleware",
  "loggerMiddleware",
];

/**
 * Everything else stays as it is in AWS: what the SDK writes, how it reads the answer, when it tries again.
 */
export function throughLoopback<T>(client: T, answer: Answer): T {
  const { config, middlewareStack } = client as Client;
  // Checksums of SQS's bodies are for what a network may do to them; other clients have no such setting.
  Object.assign(config as object, { requestHandler: loopbackHandler(answer), md5: false });
  for (const name of forTheWire) middlewareStack.remove(name);
  return client;
}
