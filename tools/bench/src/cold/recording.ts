// Each function's first event, with the answers of AWS and the provider: recorded once, then replayed.
import { request as ask, createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** One call over the wire: what tells it from others, and its answer. */
export type Exchange = { call: string; status: number; headers: Record<string, string>; body: string };

export type Recording = {
  /** `<service>-<function>`. */
  name: string;
  event: unknown;
  /** The time of the recording, in milliseconds: an answer may hold what the function wrote then. */
  now: number;
  exchanges: Exchange[];
};

export type WireServer = { url: string; close(): void };

/** Passes every request on to `target`, and tells what was asked and answered. */
export async function startRecorder(
  target: string,
  onExchange: (exchange: Exchange, body: string) => void,
): Promise<WireServer> {
  return serve(async (request, body) => {
    const { host: _, ...headers } = request.headers;
    const exchange = await new Promise<Exchange>((resolve, reject) => {
      const passed = ask(`${target}${request.url}`, { method: request.method, headers }, async (response) => {
        const said = await textOf(response);
        const call = callOf(request, body);
        resolve({ call, status: response.statusCode ?? 0, headers: headersOf(response), body: said });
      });
      passed.on("error", reject).end(body);
    });
    onExchange(exchange, body);
    return exchange;
  });
}

/** Answers as recorded, each kind of call in its own order; `onSurprise` gets the others. */
export async function startReplay(
  onSurprise: (call: string) => void,
): Promise<WireServer & { play(recording: Recording): void }> {
  let left: Exchange[] = [];
  const server = await serve(async (request, body) => {
    const call = callOf(request, body);
    const index = left.findIndex((exchange) => exchange.call === call);
    const [exchange] = index < 0 ? [] : left.splice(index, 1);
    if (!exchange) onSurprise(call);
    return exchange ?? { call, status: 400, headers: {}, body: "" };
  });
  return {
    ...server,
    play({ exchanges }) {
      left = [...exchanges];
    },
  };
}

/** An AWS operation by its target, a form by its action, the provider's call by its path. */
function callOf({ headers, method, url }: IncomingMessage, body: string): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target;
  const action = /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  return action ?? `${method} ${url}`;
}

async function serve(
  answer: (request: IncomingMessage, body: string) => Promise<Exchange>,
): Promise<WireServer> {
  const server = createServer(async (request, response) => {
    const { body, headers, status } = await answer(request, await textOf(request));
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Those that belong to the answer, not to the connection it came over. */
function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const { connection: _c, "keep-alive": _k, "transfer-encoding": _t, date: _d, ...rest } = headers;
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
}
