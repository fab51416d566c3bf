// A15: nothing that leaves a function in words tells of a person, a card or a secret.
import { personalDataIn } from "@order-saga/invariants/personal-data";
import type { Checker } from "./observed.ts";
import { newOf, violation } from "./records.ts";

export function noPersonalData(): Checker {
  return {
    invariant: "A15",
    says: "no e-mail address, card number, token or authorisation header in a log, metric, trace or error",
    afterStep(observed, step) {
      return [...newOf(observed.lines, step.from.lines)].flatMap((line) => {
        const found = personalDataIn(line);
        if (!found) return [];
        const [orderId] = /\bord_[0-9a-f]{32}\b/.exec(line) ?? [];
        return [violation("A15", `${found} in: ${line.slice(0, 300)}`, orderId)];
      });
    },
  };
}
