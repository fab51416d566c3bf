// Requests between a service's thread and the endpoint's: written by the SDK there, answered by the endpoint here.

import type { MessagePort } from "node:worker_threads";
// Not from the package as a whole, which would load every engine into every service's thread.
import type { WireAnswer, WireRequest } from "@order-saga/emulator";
import { AnswerLost } from "@order-saga/emulator/faults";
import type { Answer } from "./handler.ts";

type Asked = { id: number } & Omit<WireRequest, "signal">;
type Answered = { id: number } & ({ answer: WireAnswer } | { lost: true } | { failed: string });

/** The endpoint's side: answers whatever comes through the port. */
export function answerThrough(port: MessagePort, answer: Answer): void {
  const { signal } = new AbortController(); // A thread that is gone leaves nobody to tell.
  port.on("message", async ({ id, ...request }: Asked) => {
    const tell = (answered: Answered) => port.postMessage(answered);
    try {
      tell({ id, answer: await answer({ ...request, signal }) });
    } catch (error) {
      tell(error instanceof AnswerLost ? { id, lost: true } : { id, failed: String(error) });
    }
  });
  port.unref();
}

/** The service's side: rejects as `answer` there did. */
export function askThrough(port: MessagePort): Answer {
  const waiting = new Map<number, PromiseWithResolvers<WireAnswer>>();
  let next = 1;
  port.on("message", (answered: Answered) => {
    const asked = waiting.get(answered.id);
    waiting.delete(answered.id);
    if ("answer" in answered) asked?.resolve(answered.answer);
    else asked?.reject("lost" in answered ? new AnswerLost("Nobody is told.") : new Error(answered.failed));
  });
  return ({ method, headers, body }) => {
    const id = next++;
    const asked = Promise.withResolvers<WireAnswer>();
    waiting.set(id, asked);
    port.postMessage({ id, method, headers, body } satisfies Asked);
    return asked.promise;
  };
}
