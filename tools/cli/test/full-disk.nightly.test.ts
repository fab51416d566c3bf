// A disk that fills up under a running shop: what was accepted is kept, and it goes on once there is room.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { interrupt, type Running, ready } from "../src/testing/process.ts";

/** A small disk of its own needs Linux, where a process may mount one that it alone sees. */
const canMount =
  spawnSync("unshare", ["-rm", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]).status === 0;
if (!canMount) console.log("Skipped: this system lets no process mount a disk of its own (unshare -rm).");

const startScript = fileURLToPath(new URL("../src/start.ts", import.meta.url));
const mounted = `mount -t tmpfs -o size=12m tmpfs "$0" && exec "$@" --data "$0/data" --port 0 --aws-port 0`;

function startOnSmallDisk(disk: string): Promise<Running> {
  const process_ = spawn("unshare", ["-rm", "sh", "-c", mounted, disk, process.execPath, startScript]);
  let output = "";
  for (const stream of [process_.stdout, process_.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  return ready({ process: process_, output: () => output });
}

function makeRoom({ process: { pid } }: Running, disk: string): void {
  const enter = ["-t", String(pid), "-U", "-m", "--preserve-credentials"];
  const { status, stderr } = spawnSync("nsenter", [...enter, "mount", "-o", "remount,size=200m", disk]);
  expect(String(stderr)).toBe("");
  expect(status).toBe(0);
}

type Answer = { status: number; body: { orderId: string; status: string; title: string; detail?: string } };

async function ask({ token, url }: Running, path: string, key?: string): Promise<Answer> {
  const order = {
    contact: { email: "ada@example.com" },
    currency: "EUR",
    lines: [{ sku: "TEA-EARL-GREY", quantity: 1 }],
    paymentMethod: "pm_card_visa",
  };
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const posted = key && { method: "POST", body: JSON.stringify(order) };
  const answer = await fetch(url + path, {
    ...posted,
    headers: { ...headers, "idempotency-key": key ?? "" },
  });
  return { status: answer.status, body: (await answer.json()) as Answer["body"] };
}

test.runIf(canMount)(
  "a full disk refuses new orders in one sentence, and loses no accepted one",
  async () => {
    const disk = mkdtempSync(join(tmpdir(), "order-saga-disk-"));
    const running = await startOnSmallDisk(disk);
    try {
      const accepted: string[] = [];
      let refused: Answer | undefined;
      for (let count = 0; count < 2000 && !refused; count++) {
        const answer = await ask(running, "/orders", `order-on-a-small-disk-${count}`);
        if (answer.status === 202) accepted.push(answer.body.orderId);
        else refused = answer;
      }
      expect(accepted.length).toBeGreaterThan(20);
      expect(refused?.status).toBe(503);
      expect(running.process.exitCode).toBeNull();
      await vi.waitFor(
        async () =>
          expect((await ask(running, "/health")).body).toMatchObject({
            title: "Nothing can be kept.",
            detail: expect.stringContaining("is on a disk that is full: make room"),
          }),
        { timeout: 20_000 },
      );

      makeRoom(running, disk);
      await vi.waitFor(async () => expect((await ask(running, "/health")).status).toBe(200), {
        timeout: 20_000,
      });
      const after = await ask(running, "/orders", "order-once-there-is-room");
      expect(after.status).toBe(202);
      // What was accepted and not published is left to the sweep.
      await fetch(`${running.url}/__local/clock`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-order-saga": "1" },
        body: JSON.stringify({ advanceSeconds: 180 }),
      });
      for (const orderId of [...accepted, after.body.orderId])
        await vi.waitFor(
          async () => expect((await ask(running, `/orders/${orderId}`)).body.status).toBe("CONFIRMED"),
          { timeout: 60_000, interval: 500 },
        );
      expect(await interrupt(running)).toBe(0);
    } finally {
      running.process.kill("SIGKILL");
      rmSync(disk, { recursive: true, force: true });
    }
  },
  120_000,
);
