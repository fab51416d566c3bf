// `pnpm bench start`: from `pnpm start` on an installed clone to the first accepted order.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { command, type Values } from "@order-saga/arguments";
import { table } from "../chart.ts";
import { machine } from "../machine.ts";
import { freePort, until } from "../saga/peers/service.ts";
import { sender } from "../saga/post.ts";
import { median } from "../statistics.ts";

/** Seconds. */
export const BAR = 3;

const options = {
  rounds: { kind: "whole", least: 1, default: 5, says: "starts of each state" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
} as const;

export const start = command(
  { name: "pnpm bench start", says: "How long it takes until the first order is accepted.", options },
  measureAll,
);
const START = fileURLToPath(new URL("../../../cli/src/start.ts", import.meta.url));

export type Start = {
  /** Milliseconds from the process's beginning to the first 202. */
  accepted: number;
  /** Until /health answered. */
  healthy: number;
  state: "new" | "kept";
};

async function measureAll({ json, rounds }: Values<typeof options>): Promise<number> {
  const starts: Start[] = [];
  for (let round = 0; round < rounds; round++) {
    const directory = mkdtempSync(join(tmpdir(), "order-saga-start-"));
    try {
      starts.push({ ...(await once202(directory)), state: "new" });
      starts.push({ ...(await once202(directory)), state: "kept" });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  console.log(print(starts, rounds));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine: machine(), starts }, null, 2)}\n`);
  return 0;
}

/** The command as `pnpm start` runs it: watching for changes, serving the console, its state in a folder. */
async function once202(directory: string): Promise<Omit<Start, "state">> {
  const port = await freePort();
  const begun = performance.now();
  const laptop = spawn(process.execPath, [START, `--port=${port}`, "--aws-port=0", `--data=${directory}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const { send, close } = sender(`http://127.0.0.1:${port}`);
  try {
    await until("pnpm start", 60, async () => {
      const { status } = await send("GET", "/health", undefined);
      if (status !== 200) throw new Error(`/health answered with ${status}.`);
    });
    const healthy = performance.now() - begun;
    const headers = { "x-order-saga": "bench" };
    const { body } = await send("POST", "/__local/token", {}, headers);
    const order = {
      contact: { email: "ada@example.com", name: "Ada" },
      currency: "EUR",
      lines: [{ sku: "TEA-EARL-GREY", quantity: 1 }],
      paymentMethod: "pm_card_visa",
    };
    const { token } = JSON.parse(body) as { token: string };
    await until("the first order", 60, async () => {
      const answer = await send("POST", "/orders", order, {
        authorization: `Bearer ${token}`,
        "idempotency-key": `first-order-${process.pid}-${port}`,
      });
      if (answer.status !== 202) throw new Error(`It was answered with ${answer.status}: ${answer.body}`);
    });
    return { healthy, accepted: performance.now() - begun };
  } finally {
    close();
    const ended = once(laptop, "exit");
    laptop.kill("SIGINT");
    const late = setTimeout(() => laptop.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(late);
  }
}

function print(starts: readonly Start[], rounds: number): string {
  const of = (state: Start["state"], pick: (start: Start) => number) =>
    `${(median(starts.filter((each) => each.state === state).map(pick)) / 1000).toFixed(2)} s`;
  return [
    `From start to the first accepted order, medians of ${rounds} (${machine().summary}); the bar is ${BAR} s`,
    table([
      ["state", "first answer", "first 202"],
      ["a new folder", of("new", (each) => each.healthy), of("new", (each) => each.accepted)],
      ["a kept folder", of("kept", (each) => each.healthy), of("kept", (each) => each.accepted)],
    ]),
    "",
  ].join("\n");
}
