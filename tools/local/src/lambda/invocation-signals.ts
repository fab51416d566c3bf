// Ends what an invocation waits for as soon as its caller has left.
import { AsyncLocalStorage } from "node:async_hooks";
import { problem } from "@order-saga/messaging/http";

export type InvocationSignals = {
  run<T>(id: number, act: () => Promise<T>): Promise<T>;
  /** The caller has left: its invocation waits for nothing any more. */
  abandon(id: number): void;
  /** As the execution environment's own; rejects in an invocation whose caller has left. */
  wait(milliseconds: number): Promise<void>;
};

export function createInvocationSignals(): InvocationSignals {
  const controllers = new Map<number, AbortController>();
  const current = new AsyncLocalStorage<AbortSignal>();
  return {
    async run(id, act) {
      const controller = new AbortController();
      controllers.set(id, controller);
      try {
        return await current.run(controller.signal, act);
      } finally {
        controllers.delete(id);
      }
    },
    abandon: (id) => controllers.get(id)?.abort(),
    wait(milliseconds) {
      const signal = current.getStore();
      return new Promise((resolve, reject) => {
        const leave = () => {
          clearTimeout(timer);
          reject(problem(499, "client-left", "The client has left."));
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener("abort", leave);
          resolve();
        }, milliseconds);
        if (signal?.aborted) leave();
        else signal?.addEventListener("abort", leave, { once: true });
      });
    },
  };
}
