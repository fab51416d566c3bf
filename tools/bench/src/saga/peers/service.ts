// A peer's service in a process of its own, and orders sent to it.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import type { Send } from "../post.ts";

export type Service = { process: ChildProcess; port: number };

export async function startService(file: string, ...words: string[]): Promise<Service> {
  const service = fork(fileURLToPath(new URL(file, import.meta.url)), words, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, RESTATE_LOGGING: "ERROR" },
  });
  const ended = once(service, "exit").then(([code]) => {
    throw new Error(`${file} ended with code ${code}.`);
  });
  ended.catch(() => {});
  const [{ port }] = (await Promise.race([once(service, "message"), ended])) as [{ port: number }];
  return { process: service, port };
}

let count = 0;

export async function place(send: Send, path: string): Promise<void> {
  const orderId = `ord_${process.pid}_${count++}`;
  const { status, body } = await send("POST", path, { orderId });
  if (status !== 200 || JSON.parse(body) !== "CONFIRMED")
    throw new Error(`An order was answered with ${status}: ${body}`);
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 5000);
  await ended;
  clearTimeout(late);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

/** Asks until it does not throw. */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T>): Promise<T> {
  const late = performance.now() + seconds * 1000;
  while (true) {
    try {
      return await ask();
    } catch (cause) {
      if (performance.now() > late) throw new Error(`${what} did not come up in ${seconds} s.`, { cause });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
