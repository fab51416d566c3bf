// The way to Stripe in AWS: node:https, over connections that are kept.
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Transport } from "@order-saga/messaging/transport";

export function overHttp(apiUrl: string): Transport {
  const { Agent, request } = new URL(apiUrl).protocol === "http:" ? http : https;
  const agent = new Agent({ keepAlive: true });
  return ({ body, headers, method, path, signal }) => {
    const url = new URL(path, apiUrl);
    const send = (): ReturnType<Transport> =>
      new Promise((resolve, reject) => {
        const sent = request(url, { method, headers, agent, signal }, (response) =>
          textOf(response).then(
            (body) => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
            reject,
          ),
        );
        sent.on("error", (error) =>
          // A connection kept from before may have been closed meanwhile; every request may be asked twice.
          sent.reusedSocket && !signal.aborted ? resolve(send()) : reject(error),
        );
        sent.end(body);
      });
    return send();
  };
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return text;
}
