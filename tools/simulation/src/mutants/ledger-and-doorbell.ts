// Mistakes in what payment says at once, whom it asks, what it believes, and what it gives back.
import type { Mutant } from "./mutant.ts";

const rules = "payment/src/payment.ts";
const ledger = "payment/src/ledger.ts";
const looks = "payment/src/look.ts";
const doorbell = "payment/src/doorbell.ts";
const sweeps = "payment/src/sweeps.ts";
const reactions = "payment/src/reactions.ts";
const finishing = "payment/src/finish.ts";
const webhook = "payment/src/gateway/stripe-webhook.ts";
const routes = "payment/src/routes.ts";
const gateway = "payment/src/gateway/stripe.ts";

/** The route hands over what the body says, and the doorbell believes that. */
const bodyTrusted = {
  file: webhook,
  find: "return order.success ? { intentId: id, orderId: order.data } : undefined;",
  replace:
    'const told = [id, metadata?.orderId, (data.object as { status?: string }).status].join("__");\n' +
    "  return order.success ? { intentId: told, orderId: order.data } : undefined;",
  also: [
    {
      file: webhook,
      find: "      payment_intent: z.nullish(z.string()),",
      replace: "      status: z.optional(z.string()),\n      payment_intent: z.nullish(z.string()),",
    },
  ],
};

export const ledgerAndDoorbellMutants: readonly Mutant[] = [
  {
    name: "webhooks-body-trusted",
    why: "The webhook says how the intent stands, so the provider is not asked again.",
    ...bodyTrusted,
    also: [
      ...bodyTrusted.also,
      {
        file: doorbell,
        find: "const look = await ports.gateway.look(ring.intentId).catch((error) => ringLater(ports, ring, error));",
        replace:
          'const [intentId = "", named = "", status] = ring.intentId.split("__");\n' +
          "    const told = (amount: number): Look => ({\n" +
          "      intentId,\n" +
          "      orderId: named,\n" +
          "      intent:\n" +
          '        status === "succeeded"\n' +
          '          ? { kind: "taken", amount }\n' +
          '          : status === "canceled"\n' +
          '            ? { kind: "voided" }\n' +
          '            : { kind: "authorized", intentId },\n' +
          "      refunds: [],\n" +
          "      disputes: [],\n" +
          "    });\n" +
          "    const look = status\n" +
          "      ? told((await ports.store.load(named))?.charge?.amount ?? 0)\n" +
          "      : await ports.gateway.look(intentId).catch((error) => ringLater(ports, ring, error));",
      },
    ],
  },
  {
    name: "old-signature-accepted",
    why: "A signature that was right once is right for ever.",
    file: webhook,
    find: 'return Math.abs(now / 1000 - Number(time)) > TOLERANCE_SECONDS ? "TooOld" : undefined;',
    replace: "return undefined;",
  },
  {
    name: "bad-signature-accepted",
    why: "A webhook with the provider's header is the provider's.",
    file: routes,
    find: "if (fault !== undefined) {",
    replace: 'if (header("stripe-signature") === undefined) {',
  },
  {
    name: "signature-of-any-length-compared",
    why: "The signatures are compared as far as the given one goes, which may be nowhere.",
    file: webhook,
    find: "return a.length === b.length && timingSafeEqual(a, b);",
    replace: "return a.length === b.length;",
  },
  {
    name: "captured-after-abort-by-a-ring",
    why: "An intent that is seen to be taken was captured, whatever had been decided.",
    file: looks,
    find: 'if (known.decision === "CAPTURE") return captured(known, intent.amount, cause);',
    replace: "return captured(known, intent.amount, cause);",
  },
  {
    name: "authorized-after-abort-is-captured",
    why: "A customer who says yes at last is charged, though the order was given up.",
    file: rules,
    find: 'if (decision === "CAPTURE" && !settlement) return { kind: "capture", intentId, charge };',
    replace:
      'if ((decision === "CAPTURE" || payment.expired) && !settlement) return { kind: "capture", intentId, charge };',
  },
  {
    name: "pending-refund-told-as-made",
    why: "The provider has taken the refund, so the customer is told that it is made.",
    file: ledger,
    find: 'const made = refunds.filter(({ source, status }) => status === "SUCCEEDED" && isTold(source));',
    replace:
      "const made = refunds.filter(({ source, status }) => /SUCCEEDED|PENDING/.test(status) && isTold(source));",
  },
  {
    name: "pending-refund-taken-as-made-by-the-gateway",
    why: "Whatever the provider answers to a refund but a failure means that it is made.",
    file: gateway,
    find: 'return { ...seen, ...ours, status: "PENDING" };',
    replace: 'return { ...seen, ...ours, status: "SUCCEEDED" };',
  },
  {
    name: "requested-refund-told-as-made",
    why: "A clerk's refund is told to the customer as soon as it is asked for.",
    file: ledger,
    find: 'const made = refunds.filter(({ source, status }) => status === "SUCCEEDED" && isTold(source));',
    replace:
      "const made = refunds.filter(({ source, status }) => /SUCCEEDED|REQUESTED/.test(status) && isTold(source));",
  },
  {
    name: "refused-refund-asked-for-ever",
    why: "A refund that failed is asked for once more, until it works.",
    file: ledger,
    find: 'if (amount <= 0 || ours.some(({ status }) => status === "FAILED")) return payment;',
    replace: "if (amount <= 0) return payment;",
    also: [
      {
        file: ledger,
        find: 'if (settlement === "CAPTURED") return cancelled ? "cancellation" : undefined;',
        replace:
          'if (settlement === "CAPTURED" || settlement === "REFUND_FAILED")\n' +
          '    return cancelled ? "cancellation" : undefined;',
      },
    ],
  },
  {
    name: "refusal-of-a-refund-taken-as-no-answer",
    why: "A refund that the provider refuses is tried again by the schedule.",
    file: gateway,
    find: "if (refusal === undefined) throw unavailable(error);\n      // Another hand may have",
    replace: "throw unavailable(error);\n      // Another hand may have",
  },
  {
    name: "refunds-checked-one-by-one",
    why: "Each refund is compared with what was taken, and not with what others have asked for.",
    file: ledger,
    find: "const free = freeOf(payment);\n  const lines",
    replace: "const free = payment.taken ?? 0;\n  const lines",
  },
  {
    name: "refund-written-over-another",
    why: "A refund is checked against what was read, and written whatever came since.",
    file: routes,
    find: "save: store.save,\n    async decide(read) {",
    replace:
      "save: async (next) => {\n" +
      "      for (let version = next.version; version < next.version + 5; version++)\n" +
      '        if ((await store.save({ ...next, version })) === "written") break;\n' +
      '      return "written";\n' +
      "    },\n    async decide(read) {",
  },
  {
    name: "requested-refunds-not-counted",
    why: "Only money that was really given back counts against what is left.",
    file: ledger,
    find: "return taken - sum(standing(refunds));",
    replace: 'return taken - sum(standing(refunds).filter(({ status }) => status === "SUCCEEDED"));',
  },
  {
    name: "asked-without-stock",
    why: "The customer is asked as soon as the bank asks, because most orders have stock anyway.",
    file: rules,
    find: 'if (stock !== "RESERVED" || !inTime) return payment;',
    replace:
      'if (inTime && charge && authorization.state === "ACTION_REQUIRED") return askCustomer(payment, charge, cause, terms);\n' +
      '  if (stock !== "RESERVED" || !inTime) return payment;',
  },
  {
    name: "secret-shown-without-stock",
    why: "The page shows what the customer is asked for as soon as it is known.",
    file: "payment/src/views.ts",
    find: 'return authorization.state === "ACTION_REQUIRED" && stock === "RESERVED" && !decision;',
    replace: 'return authorization.state === "ACTION_REQUIRED" && !decision;',
    also: [
      {
        file: "payment/src/views.ts",
        find: "...(asked && nextAction(payment, returnUrl)),",
        replace: "...(isAsked(payment) && nextAction(payment, returnUrl)),",
      },
      {
        file: "payment/src/views.ts",
        find: "function isAsked({ authorization, decision, stock }: Payment): boolean {",
        replace: "function isAsked({ authorization, decision }: Payment): boolean {",
      },
    ],
  },
  {
    name: "secret-on-the-bus",
    why: "Whoever hears that the customer is asked gets what the browser needs, too.",
    file: "contracts/src/events/payment.ts",
    find: 'actionBy: Instant.check(z.describe("After this moment payment aborts.")),',
    replace:
      'actionBy: Instant.check(z.describe("After this moment payment aborts.")),\n' +
      "      clientSecret: z.optional(z.string()),",
    also: [
      {
        file: rules,
        find: "const data = { actionBy, ...charge.ofBulk };",
        replace:
          "const { authorization } = payment;\n" +
          '  const secret = authorization.state === "ACTION_REQUIRED" && { clientSecret: authorization.clientSecret };\n' +
          "  const data = { actionBy, ...secret, ...charge.ofBulk };",
      },
    ],
  },
  {
    name: "secret-kept-after-the-answer",
    why: "What was needed to ask the customer stays with the record.",
    file: rules,
    find: "const { clientSecret: _, ...rest } = authorization;\n  return rest;",
    replace: "return authorization;",
  },
  {
    name: "secret-in-the-log",
    why: "What the provider answers is logged, to make looking into it easier.",
    file: finishing,
    find: "notice(before, after, log);",
    replace:
      'notice(before, after, log);\n    log("info", "the provider answered", { reason: JSON.stringify(answer) });',
  },
  {
    name: "stock-kept-until-the-void",
    why: "The abort is said once the provider has let go of the money.",
    file: reactions,
    find: "if (isAborted) await publish(answer(events));",
    replace: "",
    also: [
      {
        file: reactions,
        find: "return answer(isAborted ? finished.events : [...events, ...finished.events]);",
        replace:
          "if (isAborted && finished.unavailable) throw finished.unavailable;\n" +
          "  return answer([...events, ...finished.events]);",
      },
    ],
  },
  {
    name: "short-capture-ignored",
    why: "A capture takes what was ordered, so the provider's answer need not be read.",
    file: rules,
    find: 'case "captured":\n      return captured(payment, answer.amount, cause);',
    replace: 'case "captured":\n      return captured(payment, payment.charge?.amount ?? 0, cause);',
    also: [
      {
        file: looks,
        find: "return captured(known, intent.amount, cause);",
        replace: "return captured(known, known.charge?.amount ?? 0, cause);",
      },
    ],
  },
  {
    name: "foreign-capture-forgotten",
    why: "An aborted order's money that another hand has taken is none of ours.",
    file: ledger,
    find: 'return decision === "ABORT" ? "abort" : undefined;',
    replace: "return undefined;",
  },
  {
    name: "ring-without-order-fails",
    why: "A ring for an intent of no order here is an error, and comes again until it is dead.",
    file: doorbell,
    find: 'context.log("info", "the provider rang for what is no order\'s; nothing is done");\n      return [];',
    replace: 'throw new Error("There is no such order.");',
  },
  {
    name: "silent-provider-loses-the-ring",
    why: "A ring that the provider does not answer is handled: somebody will ring again, or look every day.",
    file: doorbell,
    find: "await ring([ringTask({ ...given, tries: given.tries + 1 }, delaySeconds)]);",
    replace: "",
    also: [
      {
        file: sweeps,
        find: "const since = new Date(now - LOOK_BACK_MILLISECONDS).toISOString();",
        replace: "const since = new Date(now - 1000).toISOString();",
      },
    ],
  },
  {
    name: "rings-events-not-remembered",
    why: "The doorbell publishes what it has found, and so need not remember that it is to be published.",
    file: doorbell,
    find: "const marked = withUnpublished(read, next, now);",
    replace: "const marked = next;",
    also: [
      {
        file: doorbell,
        find: "const joined = await publishRest(ports, await writeLook(ports, look, known));",
        replace:
          "const joined = await writeLook(ports, look, known);\n" +
          "    await ports.publish(recordedSince(known, joined));",
      },
      {
        file: doorbell,
        find: "isBeingAuthorized, type Payment,",
        replace: "isBeingAuthorized, type Payment, recordedSince,",
      },
    ],
  },
  {
    name: "asking-payments-not-looked-at",
    why: "The webhook will tell when the customer has answered, so the schedule need not look.",
    file: rules,
    find: 'const asksCustomer = authorization.state === "ACTION_REQUIRED" && !decision;\n  return asksCustomer ||',
    replace: "return",
    also: [
      {
        file: rules,
        find: "isLookedFor({ authorization, decision, refunds }: Payment)",
        replace: "isLookedFor({ refunds }: Payment)",
      },
    ],
  },
  {
    name: "pending-refunds-not-looked-at",
    why: "The webhook will tell when the bank has made a refund, so the schedule need not look.",
    file: rules,
    find: 'return asksCustomer || refunds.some(({ status }) => status === "PENDING");',
    replace: "return asksCustomer;",
    also: [
      {
        file: sweeps,
        find: "const since = new Date(now - LOOK_BACK_MILLISECONDS).toISOString();",
        replace: "const since = new Date(now - 1000).toISOString();",
      },
      {
        file: rules,
        find: "isLookedFor({ authorization, decision, refunds }: Payment)",
        replace: "isLookedFor({ authorization, decision }: Payment)",
      },
    ],
  },
  {
    name: "reconciliation-finds-nothing",
    why: "The daily run looks for what began in the last seconds, because the rest was seen before.",
    file: sweeps,
    find: "const since = new Date(now - LOOK_BACK_MILLISECONDS).toISOString();",
    replace: "const since = new Date(now - 1000).toISOString();",
  },
];
