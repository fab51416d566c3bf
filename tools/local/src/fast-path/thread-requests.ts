// What a service's thread may ask of the runtime's, by kind; each answer finds the one who waits for it.
// Types alone: the emulator as a whole would load every engine into every service's thread.
import type { Call, CallAnswer, PaymentAnswer, PaymentCall } from "@order-saga/emulator";
import { AnswerLost } from "@order-saga/emulator/faults";

/** Every kind of request, with what is asked and what is answered; both are JSON. */
export type Requests = {
  aws: { asked: Call; answer: CallAnswer };
  stripe: { asked: PaymentCall; answer: PaymentAnswer };
};
export type Kind = keyof Requests;

/** Rejects with AnswerLost if the request was done and its answer is lost, otherwise as `Answers` did. */
export type Ask = <K extends Kind>(kind: K, asked: Requests[K]["asked"]) => Promise<Requests[K]["answer"]>;

/** The kinds that are answered in this process; the others a service finds by its environment. */
export type Answers = {
  readonly [K in Kind]?: (asked: Requests[K]["asked"]) => Promise<Requests[K]["answer"]>;
};

export type Asked = { say: "ask"; id: number; kind: Kind; asked: unknown };
export type Answered = { say: "answer"; id: number } & (
  | { answer: unknown }
  | { lost: true }
  | { failed: string }
);

/** The service's side. */
export function openRequests(say: (asked: Asked) => void): { ask: Ask; hear(answered: Answered): void } {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let next = 1;
  return {
    ask(kind, asked) {
      const id = next++;
      say({ say: "ask", id, kind, asked });
      const waits = Promise.withResolvers<unknown>();
      waiting.set(id, waits);
      return waits.promise as ReturnType<Ask>;
    },
    hear({ id, ...answered }) {
      const waits = waiting.get(id);
      waiting.delete(id);
      if ("answer" in answered) waits?.resolve(answered.answer);
      else
        waits?.reject(
          "lost" in answered ? new AnswerLost("The answer is lost.") : new Error(answered.failed),
        );
    },
  };
}

/** The runtime's side. */
export async function answerWith(answers: Answers, { asked, id, kind }: Asked): Promise<Answered> {
  const answer = answers[kind] as ((asked: unknown) => Promise<unknown>) | undefined;
  try {
    if (!answer) throw new Error(`The runtime answers no requests of the kind ${kind}.`);
    return { say: "answer", id, answer: await answer(asked) };
  } catch (error) {
    if (error instanceof AnswerLost) return { say: "answer", id, lost: true };
    return { say: "answer", id, failed: String(error) };
  }
}
