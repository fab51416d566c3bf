// A question that is asked again until its answer is final.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Asked, Problem } from "./ask.ts";

/** How often a question of which the answer is not final is asked. */
const EVERY_MILLISECONDS = 500;

/** Keeps the last answer while it asks again; a new key begins anew. */
export function usePoll<T>(
  key: string | undefined,
  ask: () => Promise<T>,
  isFinal: (value: T) => boolean,
): Signal<Asked<T>> {
  const asked = useSignal<Asked<T>>({ state: "loading" });
  useEffect(() => {
    asked.value = { state: "loading" };
    if (key === undefined) return;
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async () => {
      const answer = await ask().then(
        (value): Asked<T> => ({ state: "ready", value }),
        (error): Asked<T> => ({
          state: "error",
          problem: error instanceof Problem ? error : new Problem(0, String(error)),
        }),
      );
      if (!isCurrent) return;
      asked.value = answer;
      if (answer.state === "ready" && isFinal(answer.value)) return;
      timer = setTimeout(() => void once(), EVERY_MILLISECONDS);
    };
    void once();
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [key]);
  return asked;
}
