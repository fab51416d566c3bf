// Mistakes in payment: in what it decides, what it asks the provider, and what it remembers.
import type { Mutant } from "./mutant.ts";

const rules = "payment/src/payment.ts";
const reactions = "payment/src/reactions.ts";
const gateway = "payment/src/gateway/stripe.ts";

export const paymentMutants: readonly Mutant[] = [
  {
    name: "capture-without-stock",
    why: "Money is taken as soon as the card is authorised, because most orders have stock anyway.",
    file: rules,
    find: 'if (authorization.state === "AUTHORIZED" && stock === "RESERVED" && inTime)',
    replace: 'if (authorization.state === "AUTHORIZED" && inTime)',
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
    find: "return answer(await finish(ports, payment, (now) => causedBy(event, now)));",
    replace: "return answer(await finish(ports, payment, () => causedBy(event, began)));",
    also: [
      {
        file: reactions,
        find: "const { alreadySaid, began, payment } = await writeFact(ports, event);",
        replace:
          "const began = ports.clock();\n  const { alreadySaid, began: isBeginner, payment } = await writeFact(ports, event);",
      },
      {
        file: reactions,
        find: "if (!began && isBeingAuthorized(",
        replace: "if (!isBeginner && isBeingAuthorized(",
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
    find: 'case "NONE":\n      return voided(payment, cause, false);',
    replace: 'case "NONE":\n    case "PENDING":\n      return voided(payment, cause, false);',
    also: [
      {
        file: rules,
        find: 'case "PENDING":\n    case "AUTHORIZED":\n      return payment;',
        replace: 'case "AUTHORIZED":\n      return payment;',
      },
    ],
  },
  {
    name: "tombstone-ignored-by-payment",
    why: "An order that was aborted before it was heard of is authorised when it comes.",
    file: rules,
    find: "if (payment.decision) return placed;",
    replace: "",
  },
  {
    name: "refund-forgotten",
    why: "A cancellation that comes after the capture is recorded, and the money is not given back.",
    file: rules,
    find: 'if (settlement === "CAPTURED" && cancelled) return { kind: "refund", intentId, charge };',
    replace: "",
  },
  {
    name: "abort-leaves-the-hold",
    why: "An aborted payment is said to be void, and the provider is never asked to let go of the money.",
    file: rules,
    find: 'if (payment.decision !== "ABORT" || payment.settlement) return payment;',
    replace:
      'if (payment.decision !== "ABORT" || payment.settlement) return payment;\n' +
      '  if (payment.authorization.state === "AUTHORIZED") return voided(payment, cause, true);',
  },
  {
    name: "lost-race-taken-as-recorded",
    why: "A provider's answer is taken to be recorded, though another writer was first.",
    file: reactions,
    find: "load: async () => (await store.load(asked.orderId)) ?? asked,\n    save: store.save,",
    replace:
      "load: async () => (await store.load(asked.orderId)) ?? asked,\n" +
      '    save: async (next) => {\n      await store.save(next);\n      return "written";\n    },',
  },
  {
    name: "decided-anew",
    why: "The decision is computed from the facts each time, because it is a function of them.",
    file: rules,
    find: "if (payment.decision) return payment;\n  const {",
    replace: "const {",
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
    find: "return { answer: { payment: next, began, alreadySaid: new Set() } };",
    replace:
      "return { answer: { payment: next, began, alreadySaid: new Set(recorded(next).map(({ type }) => type)) } };",
  },
  {
    name: "new-provider-key-on-retry",
    why: "Every request to the provider is given a key of its own.",
    file: gateway,
    find: ":authorize`,",
    replace: ":authorize:` + now(),",
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
    find: 'if (code === undefined) throw unavailable(error);\n      return { kind: "declined" as const, code };',
    replace: 'return { kind: "declined" as const, code: code ?? "refused" };',
  },
  {
    name: "capture-error-taken-as-failure",
    why: "A capture that was not answered is taken as one that failed.",
    file: gateway,
    find: "if (code === undefined) throw unavailable(error);\n      // What is said",
    replace:
      'if (code === undefined) return { kind: "capture-failed" as const, code: "refused" };\n      // What is said',
  },
  {
    name: "failed-capture-leaves-the-hold",
    why: "A capture that was refused is over; that its authorisation still holds money is forgotten.",
    file: gateway,
    find: 'if (status !== "canceled") await voidIntent(orderId, intentId);',
    replace: "",
  },
  {
    name: "minor-units-taken-as-major",
    why: "The amount is multiplied by a hundred, because another provider wants it in cents.",
    file: gateway,
    find: "amount: charge.amount,",
    replace: "amount: charge.amount * 100,",
  },
  {
    name: "settled-payment-stays-due",
    why: "A payment keeps its place in the index of the due after it has come to rest.",
    file: rules,
    find: "if (!isOutstanding && payment.decision) return undefined;",
    replace: "",
  },
];
