// A15: nothing that leaves a function in words tells of a person, a card or a secret.
import { personalDataIn } from "@order-saga/invariants/personal-data";
import type { Checker, Observed, Violation } from "./observed.ts";
import { asPayment, newOf, violation } from "./records.ts";

/** With the first a stranger could answer the bank, with the second ring in the provider's name. */
const secret = /_secret_\w+|whsec_\w+/;

export function noPersonalData(): Checker {
  return {
    invariant: "A15",
    says: "no e-mail address, card number, token, secret or authorisation header in a log, metric, trace or error",
    afterStep(observed, step) {
      return [
        ...newOf(observed.lines, step.from.lines).flatMap((line) => {
          const found = personalDataIn(line) ?? (secret.test(line) ? "a secret" : undefined);
          return found ? [violation("A15", `${found} in: ${line.slice(0, 300)}`, orderIn(line))] : [];
        }),
        ...newOf(observed.published, step.from.published).flatMap(({ detail, detailType }) =>
          secret.test(detail) ? [violation("A15", `a secret in ${detailType}`, orderIn(detail))] : [],
        ),
        ...step.written.flatMap((item) => secretsIn(item, asPayment(item))),
      ];
    },
    atRest: inQueues,
  };
}

const orderIn = (text: string) => /\bord_[0-9a-f]{32}\b/.exec(text)?.[0];

/** The intent's secret is in payment's own record, and there only until the customer has answered. */
function secretsIn(item: object, payment: ReturnType<typeof asPayment>): Violation[] {
  const asks = payment?.authorization.state === "ACTION_REQUIRED" && !payment.decision;
  const text = JSON.stringify(asks ? { ...item, authorization: undefined } : item);
  if (!secret.test(text)) return [];
  return [violation("A15", `a secret in the record ${String((item as { pk?: unknown }).pk)}`, orderIn(text))];
}

function inQueues(observed: Observed): Violation[] {
  return [...observed.queues()].flatMap(({ messages, name }) =>
    [...messages].flatMap(({ attributes, body }) =>
      secret.test(body + JSON.stringify(attributes))
        ? [violation("A15", `a secret in a message of ${name}`, orderIn(body))]
        : [],
    ),
  );
}
