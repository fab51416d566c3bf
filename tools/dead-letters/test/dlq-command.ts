// `pnpm dlq` as it is typed, and a dead letter for it.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LaptopSaga } from "@order-saga/cli/testing/laptop";

type Ended = { code: number; stdout: string; stderr: string };

export function dlq(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const cli = fileURLToPath(new URL("../src/cli.ts", import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [cli, ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

export const json = <T>({ stdout }: Ended) => JSON.parse(stdout) as T;

/** A confirmed order, and a message of it as the bus puts it on a queue. */
export async function confirmedOrder(saga: LaptopSaga): Promise<{ orderId: string; message: string }> {
  const orderId = await saga.place();
  await saga.settled(orderId);
  await saga.idle();
  const captured = saga.eventsOf(orderId).find(({ type }) => type === "PaymentCaptured");
  const message = { source: "shop.payment", "detail-type": "PaymentCaptured", detail: captured };
  return { orderId, message: JSON.stringify(message) };
}
