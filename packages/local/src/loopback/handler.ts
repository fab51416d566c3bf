// The SDK's request handler without a socket: hands the request the SDK wrote to the endpoint in this process.
// Not from the package as a whole, which would load every engine into every service's thread.
import type { WireAnswer, WireRequest } from "@order-saga/emulator";
import { AnswerLost } from "@order-saga/emulator/faults";

export type Answer = (request: WireRequest) => Promise<WireAnswer>;

/** What a smithy client asks of a request handler, as far as one without connections has it. */
export type RequestHandler = {
  readonly metadata: { readonly handlerProtocol: string };
  handle(
    request: SdkRequest,
    options?: { abortSignal?: AbortSignal },
  ): Promise<{ response: { statusCode: number; headers: Record<string, string>; body: Uint8Array } }>;
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
};

type SdkRequest = {
  method: string;
  hostname: string;
  port?: number;
  headers: Record<string, string>;
  body?: string | Uint8Array;
};

const utf8 = new TextDecoder();
const never = new AbortController().signal;

export function loopbackHandler(answer: Answer): RequestHandler {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle({ method, hostname, port, headers, body = "" }, { abortSignal = never } = {}) {
      const { status, ...said } = await answered(answer, {
        method,
        headers: { ...headers, host: port === undefined ? hostname : `${hostname}:${port}` },
        body: typeof body === "string" ? body : utf8.decode(body),
        signal: abortSignal,
      });
      return { response: { statusCode: status, headers: said.headers, body: Buffer.from(said.body) } };
    },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

/** A lost answer looks to the SDK as it does over the wire: the other side hung up. */
async function answered(answer: Answer, request: WireRequest): Promise<WireAnswer> {
  try {
    return await answer(request);
  } catch (error) {
    if (!(error instanceof AnswerLost)) throw error;
    throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
  }
}
