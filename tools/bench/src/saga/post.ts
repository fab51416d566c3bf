// Requests of a load generator: kept connections, and nothing of its own to pay for.
import { Agent, request } from "node:http";

export type Answer = { status: number; body: string };
export type Send = (
  method: string,
  path: string,
  body: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

export function sender(url: string): { send: Send; close: () => void } {
  const agent = new Agent({ keepAlive: true });
  const send: Send = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const options = { agent, method, headers: { "content-type": "application/json", ...headers } };
      const sent = request(url + path, options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on("error", reject);
      });
      sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  return { send, close: () => agent.destroy() };
}
