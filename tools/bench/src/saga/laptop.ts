// This repository's saga as a contender: the laptop in a process of its own, asked over HTTP.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RuntimeOptions } from "@order-saga/local/options";
import { hearing } from "../hearing.ts";
import type { Contender, Usage } from "./contender.ts";
import type { HostMessage } from "./host.ts";
import { sender } from "./post.ts";

export const heard = hearing<HostMessage>();

const SKU = "TEA-EARL-GREY";
const order = {
  contact: { email: "ada@example.com", name: "Ada" },
  currency: "EUR",
  lines: [{ sku: SKU, quantity: 1 }],
  paymentMethod: "pm_card_visa",
};

/** Also takes many orders of another customer, whose ends nothing waits for. */
export type Laptop = Contender & {
  /** One bulk of so many orders; resolves with a question whether it is completed. */
  placeBulk(rows: number): Promise<() => Promise<boolean>>;
  /** As many single orders at once; resolves when all were accepted. */
  placeSingles(orders: number): Promise<void>;
};

export async function startLaptop(options: {
  name: string;
  persisted: boolean;
  nodeOptions?: string[];
  /** What runs the reactions, if not the laptop's mappings. */
  runs?: Pick<RuntimeOptions, "wire" | "worker" | "loops">;
}): Promise<Laptop> {
  const directory = options.persisted ? mkdtempSync(join(tmpdir(), "order-saga-bench-")) : undefined;
  const host = fork(
    fileURLToPath(new URL("./host.ts", import.meta.url)),
    [directory ?? "memory", JSON.stringify(options.runs ?? {})],
    {
      execArgv: options.nodeOptions ?? [],
    },
  );
  const settlements = watchSettlements(host);
  const { buyerToken, url, token } = await heard(host, "ready");
  const { send, close } = sender(url);
  let count = 0;
  const headers = (by = token) => ({
    authorization: `Bearer ${by}`,
    "idempotency-key": `bench-${process.pid}-${String(count++).padStart(10, "0")}`,
  });
  const stocked = await send("PUT", `/stock/${SKU}`, { delta: 1_000_000 }, headers());
  if (stocked.status !== 200) throw new Error(`The stock was not filled: ${stocked.body}`);
  async function accepted<T>(path: string, body: object, by = token): Promise<T> {
    const answer = await send("POST", path, body, headers(by));
    if (answer.status !== 202)
      throw new Error(`POST ${path} was answered with ${answer.status}: ${answer.body}`);
    return JSON.parse(answer.body);
  }
  return {
    name: options.name,
    async settle() {
      const { orderId } = await accepted<{ orderId: string }>("/orders", order);
      const settled = await settlements.of(orderId);
      if (settled !== "CONFIRMED") throw new Error(`An order ended as ${settled}.`);
    },
    async placeBulk(rows) {
      const { contact, currency, ...row } = order;
      const bulk = { contact, currency, orders: Array.from({ length: rows }, () => row) };
      const { bulkId } = await accepted<{ bulkId: string }>("/bulk-orders", bulk, buyerToken);
      return async () => {
        const answer = await send("GET", `/bulk-orders/${bulkId}?limit=1`, undefined, headers(buyerToken));
        return (JSON.parse(answer.body) as { status: string }).status === "COMPLETED";
      };
    },
    async placeSingles(orders) {
      await Promise.all(Array.from({ length: orders }, () => accepted("/orders", order, buyerToken)));
    },
    async usage(): Promise<Usage> {
      host.send("usage");
      const { kind, ...usage } = await heard(host, "usage");
      return usage;
    },
    async stop() {
      close();
      host.send("stop");
      await once(host, "exit");
      if (directory) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A settlement may be told before the answer to the request that asked for it. */
function watchSettlements(host: ChildProcess) {
  const waiting = new Map<string, (status: string) => void>();
  const early = new Map<string, string>();
  host.on("message", (message: HostMessage) => {
    if (message.kind !== "settled") return;
    for (const { orderId, status } of message.orders) {
      const told = waiting.get(orderId);
      if (told) told(status);
      else early.set(orderId, status);
      waiting.delete(orderId);
    }
  });
  return {
    async of(orderId: string): Promise<string> {
      const status = early.get(orderId);
      if (status === undefined) return new Promise((resolve) => waiting.set(orderId, resolve));
      early.delete(orderId);
      return status;
    },
  };
}
