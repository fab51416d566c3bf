// The laptop in a process of its own, and a client that sends it any bytes.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, type OutgoingHttpHeaders, request } from "node:http";
import { fileURLToPath } from "node:url";
import type { Usage } from "../saga/contender.ts";
import { heard } from "../saga/laptop.ts";

export type Answer = { status: number; headers: Record<string, unknown>; body: string };

export type Shop = {
  url: string;
  ask(method: string, path: string, headers: OutgoingHttpHeaders, body?: string | Buffer): Promise<Answer>;
  /** Headers of an order of this customer, with a new key. */
  headersOf(customer: string): Promise<Record<string, string>>;
  usage(): Promise<Usage>;
  isRunning(): boolean;
  stop(): Promise<void>;
};

/** An answer that takes longer is a hang. */
const TIMEOUT_MILLISECONDS = 240_000;

export async function startShop(): Promise<Shop> {
  const host = fork(fileURLToPath(new URL("../saga/host.ts", import.meta.url)), ["memory", "{}"]);
  const ready = await heard(host, "ready");
  const { token } = ready;
  // A name would be looked up for each connection.
  const url = ready.url.replace("localhost", "127.0.0.1");
  const agent = new Agent({ keepAlive: true });
  const tokens = new Map<string, Promise<string>>();
  let keys = 0;

  const ask: Shop["ask"] = (method, path, given, body = "") =>
    new Promise((resolve, reject) => {
      // Node's client frames no body of a DELETE by itself.
      const headers = { "content-length": Buffer.byteLength(body), ...given };
      const options = { agent, method, headers, timeout: TIMEOUT_MILLISECONDS };
      const sent = request(url + path, options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
        response.on("error", reject);
      });
      sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
      sent.on("error", reject).end(body);
    });

  async function tokenFor(sub: string): Promise<string> {
    const headers = { "content-type": "application/json", "x-order-saga": "bench" };
    const { body } = await ask("POST", "/__local/token", headers, JSON.stringify({ sub }));
    return (JSON.parse(body) as { token: string }).token;
  }

  return {
    url,
    ask,
    async headersOf(customer) {
      const known =
        tokens.get(customer) ?? (customer === "bench" ? Promise.resolve(token) : tokenFor(customer));
      tokens.set(customer, known);
      return {
        authorization: `Bearer ${await known}`,
        "content-type": "application/json",
        "idempotency-key": `hostile-${process.pid}-${String(keys++).padStart(10, "0")}`,
      };
    },
    async usage() {
      host.send("usage");
      const { kind, ...usage } = await heard(host, "usage");
      return usage;
    },
    isRunning: () => host.exitCode === null,
    async stop() {
      agent.destroy();
      host.send("stop");
      await once(host, "exit");
    },
  };
}
