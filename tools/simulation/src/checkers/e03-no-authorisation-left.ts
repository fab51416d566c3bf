// E3: no money is left held on a card, and none can be held by a customer's late answer to the bank.
import type { Checker } from "./observed.ts";
import { violation } from "./records.ts";

export function noAuthorisationLeft(): Checker {
  return {
    invariant: "E3",
    says: "no authorisation left held",
    atRest(observed) {
      return [...observed.intents.values()]
        .flat()
        .filter(({ state }) => state === "held" || state === "requires_action")
        .map(({ amount, currency, orderId, state }) => {
          const left = state === "held" ? "left held" : "left to be authorised by the customer";
          return violation("E3", `${amount} ${currency} ${left}`, orderId);
        });
    },
  };
}
