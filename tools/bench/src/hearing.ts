// What a process that a bench has started tells it.
import type { ChildProcess } from "node:child_process";

/** Resolves with the next message of the kind; rejects if the process ends before it. */
export const hearing =
  <M extends { kind: string }>() =>
  <K extends M["kind"]>(host: ChildProcess, kind: K): Promise<Extract<M, { kind: K }>> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`The laptop ended with code ${code}.`));
      const hear = (message: M) => {
        if (message.kind !== kind) return;
        host.off("message", hear).off("exit", ended);
        resolve(message as Extract<M, { kind: K }>);
      };
      host.on("message", hear).once("exit", ended);
    });
