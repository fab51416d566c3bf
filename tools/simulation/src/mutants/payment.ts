// Mistakes in payment: in what it decides, what it asks the provider, and what it remembers.
import type { Mutant } from "./mutant.ts";

const rules = "payment/src/payment.ts";
const reactions = "payment/src/reactions.ts";
const ledger = "payment/src/ledger.ts";
const finishing = "payment/src/finish.ts";
const gateway = "payment/src/gateway/stripe.ts";
const pace = "payment/src/gateway/paced-stripe.ts";

export const paymentMutants: readonly Mutant[] = [
  {
    name: "capture-without-stock",
    why: "Money is taken as soon as the card is authorised, because most orders have stock anyway.",
    file: rules,
    find: 'if (stock !== "RESERVED" || !inTime) return payment;',
    replace: "if (!inTime) return payment;",
    also: [
      {
        file: rules,
        find: 'if (authorization.state === "ACTION_REQUIRED") return askCustomer(',
        replace: 'if (authorization.state === "ACTION_REQUIRED" && stock === "RESERVED") return askCustomer(',
      },
    ],
  },
  {
    name: "capture-past-decide-by",
    why: "The deadline is left to the timer alone, so an order is charged after it was to be given up.",
    file: rules,
    find: "cause.now < Date.parse(charge.decideBy);",
    replace: "true;",
  },
  {
    name: "decides-by-the-functions-start",
    why: "The time is read once when the function starts, though asking the provider takes a while.",
    file: reactions,
    find: "const { began, events, payment } = await writeFact(ports, event, isBehind);",
    replace:
      "const begun = ports.clock();\n" +
      "  const { began, events, payment } = await writeFact(ports, event, isBehind);",
    also: [
      {
        file: reactions,
        find: "const causeAt = (now: number) => causedBy(event, now);",
        replace: "const causeAt = (_: number) => causedBy(event, begun);",
      },
    ],
  },
  {
    name: "cancel-ignored-once-authorized",
    why: "A cancellation is looked at only while nothing is authorised yet.",
    file: rules,
    find: "if (cancelled || expired ||",
    replace: 'if ((cancelled && authorization.state === "NONE") || expired ||',
  },
  {
    name: "void-in-flight",
    why: "An abort ends a payment whose authorisation is still under way as if there were none.",
    file: rules,
    find: 'const held = authorization.state !== "NONE";',
    replace: 'const held = authorization.state !== "NONE" && authorization.state !== "PENDING";',
  },
  {
    name: "tombstone-ignored-by-payment",
    why: "An order that was aborted before it was heard of is authorised when it comes.",
    file: rules,
    find: "if (decision || !inTime ||",
    replace: "if (!inTime ||",
  },
  {
    name: "refund-forgotten",
    why: "A cancellation that comes after the capture is recorded, and the money is not given back.",
    file: ledger,
    find: 'if (settlement === "CAPTURED") return cancelled ? "cancellation" : undefined;',
    replace: 'if (settlement === "CAPTURED") return undefined;',
  },
  {
    name: "abort-leaves-the-hold",
    why: "An aborted payment is said to be void, and the provider is never asked to let go of the money.",
    file: rules,
    find: "return say(held ? aborted :",
    replace: 'return say(held && authorization.state !== "AUTHORIZED" ? aborted :',
  },
  {
    name: "lost-race-taken-as-recorded",
    why: "What is to be written of a payment is taken to be recorded, though another writer was first.",
    file: finishing,
    find: "load: async () => (await store.load(payment.orderId)) ?? payment,\n    save: store.save,",
    replace:
      "load: async () => (await store.load(payment.orderId)) ?? payment,\n" +
      '    save: async (next) => {\n      await store.save(next);\n      return "written";\n    },',
  },
  {
    name: "decided-anew",
    why: "The decision is computed from the facts each time, because it is a function of them.",
    file: rules,
    find: "if (payment.decision) return payment;\n  const { authorization, cancelled",
    replace: "const { authorization, cancelled",
  },
  {
    name: "payment-without-version-check",
    why: "The record is put without the condition that no other writer was first.",
    file: "payment/src/store/dynamodb.ts",
    find: "...overVersionBefore(next.version)",
    replace: "...(next.version === 1 && overVersionBefore(next.version))",
  },
  {
    name: "payment-read-when-it-suits",
    why: "The record is read without consistency, which is cheaper.",
    file: "payment/src/store/dynamodb.ts",
    find: "new GetCommand({ TableName, Key: paymentRecord.key(orderId), ConsistentRead: true })",
    replace: "new GetCommand({ TableName, Key: paymentRecord.key(orderId) })",
    also: [
      {
        file: "payment/src/store/dynamodb.ts",
        find: "return writeIf(() => client.send(put));",
        replace: 'return writeIf(() => client.send(put)).then(() => "written" as const);',
      },
    ],
  },
  {
    name: "payment-answers-a-duplicate-with-nothing",
    why: "A message that was heard before is acknowledged, though its first hearing may have died before it spoke.",
    file: reactions,
    find: "return { answer: { payment: next, began, events: recorded(next) } };",
    replace: "return { answer: { payment: next, began, events: [] } };",
  },
  {
    name: "new-provider-key-on-retry",
    why: "Every request to the provider is given a key of its own.",
    file: gateway,
    find: ":authorize`,",
    replace: ":authorize:` + now(),",
  },
  {
    name: "next-key-after-any-failure",
    why: "Stripe keeps a 500 under its key, so after one the next key is asked with, kept or not.",
    file: gateway,
    find: "isStripeError(error) && error.statusCode === 500 && error.isReplayed;",
    replace: "isStripeError(error) && error.statusCode === 500;",
    also: [{ file: pace, find: "statusCode >= 500;", replace: "statusCode > 500;" }],
  },
  {
    name: "forgotten-key-not-looked-up",
    why: "An idempotency key is trusted for ever, though the provider keeps it for a day.",
    file: gateway,
    find: "if (now() - Date.parse(since) > KEY_TRUSTED_MILLISECONDS) {",
    replace: "if (Date.parse(since) > now() + KEY_TRUSTED_MILLISECONDS) {",
  },
  {
    name: "provider-error-taken-as-decline",
    why: "Whatever the provider throws means that the card was declined.",
    file: gateway,
    find: 'if (refusal === undefined) throw unavailable(error);\n      return { kind: "declined" as const, ...refusal };',
    replace:
      'const unknown = { code: "refused", reason: "card_declined" } as const;\n' +
      '      return { kind: "declined" as const, ...(refusal ?? unknown) };',
  },
  {
    name: "capture-error-taken-as-failure",
    why: "A capture that was not answered is taken as one that failed.",
    file: gateway,
    find: "if (refusal === undefined) throw unavailable(error);\n      // What is said",
    replace:
      "if (refusal === undefined)\n" +
      '        return { kind: "capture-failed" as const, code: "refused", reason: "card_declined" as const };\n' +
      "      // What is said",
  },
  {
    name: "failed-capture-leaves-the-hold",
    why: "A capture that was refused is over; that its authorisation still holds money is forgotten.",
    file: gateway,
    find: 'if (intent.status !== "canceled") {\n        const given',
    replace: 'if (intent.status === "processing") {\n        const given',
  },
  {
    name: "minor-units-taken-as-major",
    why: "The amount is multiplied by a hundred, because another provider wants it in cents.",
    file: gateway,
    find: "amount: toProviderAmount(charge.amount, charge.currency),",
    replace: "amount: toProviderAmount(charge.amount, charge.currency) * 100,",
  },
  {
    name: "settled-payment-stays-due",
    why: "A payment keeps its place in the index of the due after it has come to rest.",
    file: rules,
    find: "if (!isOutstanding && payment.decision) return lookTime(payment, now);",
    replace: "",
  },
];
