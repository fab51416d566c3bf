// E3: no money is left held on a card.
import type { Checker } from "./observed.ts";
import { violation } from "./records.ts";

export function noAuthorisationLeft(): Checker {
  return {
    invariant: "E3",
    says: "no authorisation left held",
    atRest(observed) {
      return [...observed.intents.values()]
        .flat()
        .filter(({ state }) => state === "held")
        .map(({ amount, currency, orderId }) => violation("E3", `${amount} ${currency} left held`, orderId));
    },
  };
}
