// E12: a provider's limit makes orders slower, and loses none that there is time for.
import type { Checker, Observed } from "./observed.ts";
import { violation } from "./records.ts";

export function limitsLoseNothing(): Checker {
  const seen = new Set<string>();
  return {
    invariant: "E12",
    says: "a limit makes no dead letter and expires no order",
    afterStep: (observed) =>
      observed.onlyLimited
        ? dead(observed)
            .filter((name) => !seen.has(name) && seen.add(name))
            .map((name) => violation("E12", `${name} has a message in a run with limits alone`))
        : [],
    atRest: (observed) =>
      observed.onlyLimited
        ? observed.published.flatMap(({ event }) =>
            event?.type === "PaymentAborted" && event.data.reason === "expired"
              ? [violation("E12", "an order expired in a run with limits alone", event.orderId)]
              : [],
          )
        : [],
  };
}

const dead = (observed: Observed) =>
  [...observed.queues()]
    .filter(({ kind, messages }) => kind !== "reaction" && !isEmpty(messages))
    .map(({ name }) => name);

const isEmpty = (messages: Iterable<unknown>) => messages[Symbol.iterator]().next().done === true;
