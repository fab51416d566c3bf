// A persisted laptop that is killed and started again under whoever asks it.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { hearing } from "../hearing.ts";
import type { Usage } from "../saga/contender.ts";
import { type Answer, sender } from "../saga/post.ts";
import { usageOf } from "../saga/processes.ts";
import type { HostCommand, HostMessage } from "./host.ts";

const heard = hearing<HostMessage>();

type Life = ReturnType<typeof sender> & { process: ChildProcess; token: string };

export type MortalLaptop = {
  /** Asks again, with the same key, for as long as there is no laptop or it fails. */
  ask(method: string, path: string, body?: unknown, key?: string): Promise<Answer>;
  /** What the dead left hidden or parked is taken up, unless this life ends meanwhile. */
  recover(): Promise<void>;
  /**
   * kill -9 when import-stock has asked so much of its endpoint, and a new life over the same folder.
   * Resolves when that has begun.
   */
  diesAfter(calls: number): Promise<void>;
  usage(): Usage | undefined;
  stop(): Promise<void>;
};

/** Milliseconds between two attempts. */
const PAUSE = 20;

export async function startMortalLaptop(directory: string): Promise<MortalLaptop> {
  let life: Life | undefined = await born(directory);
  return {
    async ask(method, path, body, key) {
      for (;;) {
        const { send, token } = life ?? {};
        const headers = { authorization: `Bearer ${token}`, ...(key && { "idempotency-key": key }) };
        const answer = await send?.(method, path, body, headers).catch(() => undefined);
        if (answer && answer.status < 500) return answer;
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    },
    async recover() {
      if (!life) return;
      life.process.send("recover" satisfies HostCommand);
      await heard(life.process, "recovered").catch(() => {});
    },
    async diesAfter(dieAfterCalls) {
      const dying = life;
      if (!dying) throw new Error("There is no laptop to kill.");
      const ended = once(dying.process, "exit");
      dying.process.send({ dieAfterCalls } satisfies HostCommand);
      await ended;
      life = undefined;
      dying.close();
      life = await born(directory);
    },
    usage: () => (life?.process.pid === undefined ? undefined : usageOf([life.process.pid])),
    async stop() {
      life?.close();
      life?.process.send("stop" satisfies HostCommand);
      if (life) await once(life.process, "exit");
    },
  };
}

async function born(directory: string): Promise<Life> {
  const child = fork(fileURLToPath(new URL("./host.ts", import.meta.url)), [directory]);
  const { token, url } = await heard(child, "ready");
  return { ...sender(url), process: child, token };
}
