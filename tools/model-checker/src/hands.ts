// What others do at the provider: the customer, the bank, another hand in the dashboard, the doorbell.
import { hearProvider } from "@order-saga/payment/service";
import type { SearchContext } from "./context.ts";
import { type Intent, type IntentRefund, refundable } from "./intent.ts";
import type { Hand } from "./scopes.ts";
import type { Step } from "./step.ts";
import { type Saga, type World, withSaga } from "./world.ts";

/** A change that the provider rings for. */
type Change = { what: string; intent: Intent; isHand?: boolean; isOwn?: boolean };

const PART = 390;

export function createHands({ interner, messages, scope }: SearchContext) {
  const ring = () => messages.taskOf(hearProvider.name);

  return (world: World, index: number, saga: Saga, steps: Step[]): void => {
    const intent = interner.get("intent", saga.intent);
    if (!intent) return;
    const step = { index, who: undefined, violations: [] };
    const push = (kind: Step["kind"], change: Partial<Saga>, what: string) =>
      steps.push({ ...step, kind, world: withSaga(world, index, { ...saga, ...change }), what });

    const isAsked = interner.get("payment", saga.payment)?.events.PaymentActionRequired !== undefined;
    for (const { intent: next, isHand, isOwn, what } of changes(intent, isAsked, saga.handsLeft)) {
      const handsLeft = saga.handsLeft - (isHand ? 1 : 0);
      const queued = saga.queued | ring();
      const kind = isOwn ? "progress" : "customer";
      push(kind, { intent: interner.idOf("intent", next), handsLeft, queued }, what);
      if (!scope.faults.ringsLost) continue;
      const isLedgers = next.refunds !== intent.refunds || next.disputes !== intent.disputes;
      const unheard = isLedgers ? { ...next, isUnheard: true } : next;
      push("fault", { intent: interner.idOf("intent", unheard), handsLeft }, `${what}, and does not ring`);
    }
    if (saga.ringsLeft > 0 && (saga.queued & ring()) === 0)
      push("customer", { ringsLeft: saga.ringsLeft - 1, queued: saga.queued | ring() }, "the doorbell rings");
  };

  /** The secret without which a customer cannot answer is shown only while they are asked. */
  function changes(intent: Intent, isAsked: boolean, handsLeft: number): Change[] {
    const customers = isAsked ? byCustomer(intent) : [];
    const hands = handsLeft > 0 ? scope.hands.flatMap((hand) => byHand(hand, intent)) : [];
    return [...customers, ...byBank(intent), ...hands.map((each) => ({ ...each, isHand: true }))];
  }

  /** A refund that is pending is made, or fails. */
  function byBank(intent: Intent): Change[] {
    const ends = scope.refundsFail ? (["succeeded", "failed"] as const) : (["succeeded"] as const);
    return intent.refunds
      .filter(({ status }) => status === "pending")
      .flatMap((refund) =>
        ends.map((status) => ({
          what: `the bank: refund ${refund.id} ${status}`,
          intent: withRefund(intent, { ...refund, status }),
          isOwn: true,
        })),
      );
  }
}

/** A customer whom the bank has refused may try another card, until the intent is closed. */
function byCustomer(intent: Intent): Change[] {
  if (intent.status !== "asked" && intent.status !== "refused") return [];
  const yes: Change = { what: "the customer says yes", intent: { ...intent, status: "held" } };
  const no: Change = { what: "the customer says no", intent: { ...intent, status: "refused" } };
  return intent.status === "asked" ? [yes, no] : [yes];
}

function byHand(hand: Hand, intent: Intent): Change[] {
  const { disputes, refunds, status } = intent;
  const by = "another hand";
  switch (hand) {
    case "capture":
      return status === "held"
        ? [{ what: `${by} captures`, intent: { ...intent, status: "captured", taken: 990, by } }]
        : [];
    case "capture a part":
      return status === "held"
        ? [{ what: `${by} captures a part`, intent: { ...intent, status: "captured", taken: 700, by } }]
        : [];
    case "void":
      return status === "held" || status === "asked"
        ? [{ what: `${by} voids`, intent: { ...intent, status: "voided" } }]
        : [];
    case "refund a part": {
      const id = `re_${refunds.length + 1}`;
      const refund = { id, isOurs: false, amount: PART, status: "succeeded", first: "succeeded" } as const;
      return status === "captured" && refundable(intent) >= PART
        ? [{ what: `${by} refunds ${PART}`, intent: { ...intent, refunds: [...refunds, refund] } }]
        : [];
    }
    case "dispute":
      return status === "captured" ? disputed(intent, disputes) : [];
    case "return":
      return refunds
        .filter((each) => each.status === "succeeded")
        .map((each) => ({
          what: `the bank: refund ${each.id} comes back`,
          intent: withRefund(intent, { ...each, status: "returned" }),
        }));
  }
}

function disputed(intent: Intent, disputes: Intent["disputes"]): Change[] {
  const [open] = disputes;
  if (!open) {
    const dispute = { id: "dp_1", amount: 990, status: "opened" } as const;
    return [{ what: "the bank disputes the charge", intent: { ...intent, disputes: [dispute] } }];
  }
  if (open.status !== "opened") return [];
  return (["won", "lost"] as const).map((status) => ({
    what: `the dispute is ${status}`,
    intent: { ...intent, disputes: [{ ...open, status }] },
  }));
}

function withRefund(intent: Intent, refund: IntentRefund): Intent {
  return { ...intent, refunds: intent.refunds.map((each) => (each.id === refund.id ? refund : each)) };
}
