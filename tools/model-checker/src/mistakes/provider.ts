// Mistakes with what the provider tells: believed too early, too much, or not at all; and with refunds.
import { newEvent } from "@order-saga/contracts";
import { releaseStock } from "@order-saga/inventory/service";
import { testNow, testOrderId } from "@order-saga/messaging/testing";
import type { Payment } from "@order-saga/payment/payment";
import { abortPayment, hearProvider } from "@order-saga/payment/service";
import type { Ports } from "../calls.ts";
import { intentId } from "../effects/provider.ts";
import { clientSecret } from "../intent.ts";
import { refundRoute, type Shop, shippedShop } from "../shop.ts";
import { type Mistake, only, withPorts, withReaction } from "./mistake.ts";

type Gateway = Ports["payment"]["gateway"];
type Store = Ports["payment"]["store"];

const withGateway = (change: (shipped: Gateway) => Partial<Gateway>): Shop =>
  withPorts((ports) => {
    const { gateway } = ports.payment;
    return { ...ports, payment: { ...ports.payment, gateway: { ...gateway, ...change(gateway) } } };
  });

const withStore = (change: (shipped: Store) => Partial<Store>): Shop => withPorts(overStore(change));

const overStore =
  (change: (shipped: Store) => Partial<Store>) =>
  (ports: Ports): Ports => {
    const { store } = ports.payment;
    return { ...ports, payment: { ...ports.payment, store: { ...store, ...change(store) } } };
  };

/** Each write says more than the rules do. */
const withWrites = (change: (next: Payment) => Payment): Shop =>
  withStore(({ save }) => ({ save: (next) => save(change(next)) }));

const withRoute = (key: string, change: (shipped: Store) => Partial<Store>): Shop => {
  const name = refundRoute(key);
  const shipped = shippedShop.routes[name];
  if (!shipped) throw new Error(`There is no route ${name}.`);
  const serve: typeof shipped.serve = (ports) => shipped.serve(overStore(change)(ports));
  return { ...shippedShop, routes: { ...shippedShop.routes, [name]: { ...shipped, serve } } };
};

const services = ["payment", "inventory"] as const;
const asked = only({ services, asks: "always", minutes: [0, 11, 16] });
const cancelled = only({ services, cancels: 1 });
const down = only({ services, cancels: 1, minutes: [0, 16], outage: true });

const askingMistakes: readonly Mistake[] = [
  {
    name: "an order that was aborted is captured, because the doorbell says that it is authorised",
    shop: withReaction(hearProvider.name, {
      react:
        (shipped, { payment }) =>
        async (ring, context) => {
          const seen = await payment.gateway.look(intentId);
          const known = await payment.store.load(testOrderId);
          if (seen?.intent.kind === "authorized" && known?.decision === "ABORT")
            await payment.gateway.capture(testOrderId, intentId);
          return shipped(ring, context);
        },
    }),
    scope: only({ services, cancels: 1, idleRings: 1, minutes: [0, 16], faults: { crashes: true } }),
    violates: "A18",
    depth: 10,
  },
  {
    name: "an authorisation that the doorbell tells of overrules an abort",
    shop: withWrites((next) =>
      next.decision === "ABORT" && next.authorization.state === "AUTHORIZED" && !next.settlement
        ? { ...next, decision: "CAPTURE" }
        : next,
    ),
    scope: cancelled,
    violates: "A5",
    depth: 8,
  },
  {
    name: "the customer is asked before the stock is held",
    shop: withWrites((next) => {
      if (next.authorization.state !== "ACTION_REQUIRED" || next.decision) return next;
      const data = { actionBy: next.deadline };
      const cause = { causationId: null, now: testNow };
      const said = newEvent("PaymentActionRequired", next.orderId, cause, data);
      return { ...next, events: { PaymentActionRequired: said, ...next.events } };
    }),
    scope: asked,
    violates: "A20",
    depth: 4,
  },
  {
    name: "the customer's secret is on the bus",
    shop: withWrites((next) => {
      const { PaymentActionRequired: said } = next.events;
      if (!said) return next;
      const told = { ...said, data: { ...said.data, clientSecret } };
      return { ...next, events: { ...next.events, PaymentActionRequired: told } };
    }),
    scope: asked,
    violates: "A15",
    depth: 7,
  },
  {
    name: "the customer's secret stays in the record",
    shop: withWrites((next) =>
      next.authorization.state === "ACTION_REQUIRED"
        ? { ...next, authorization: { ...next.authorization, clientSecret } }
        : next,
    ),
    scope: { ...asked, cancels: 1 },
    violates: "A15",
    depth: 6,
  },
  {
    name: "stock is given back when the card is let go, not when the order is aborted",
    shop: withReaction(releaseStock.name, {
      manifest: {
        ...releaseStock,
        hears: releaseStock.hears.map((type) => (type === "PaymentAborted" ? "PaymentVoided" : type)),
      },
      react: (shipped) => (event, context) =>
        event.type === "PaymentVoided"
          ? shipped({ ...event, type: "PaymentAborted", data: { reason: "cancelled", held: true } }, context)
          : shipped(event, context),
    }),
    scope: down,
    violates: "E1",
    depth: 4,
  },
  {
    name: "an abort is said only once the card is let go",
    shop: withReaction(abortPayment.name, {
      react:
        (shipped, { payment }) =>
        async (event, context) => {
          const says = await shipped(event, { ...context, publish: async () => {} });
          const known = await payment.store.load(event.orderId);
          if (known?.decision === "ABORT" && !known.settlement) throw new Error("the provider is silent");
          return [...Object.values(known?.events ?? {}), ...says];
        },
    }),
    scope: down,
    violates: "livelock",
    depth: 16,
  },
];

const refundMistakes: readonly Mistake[] = [
  {
    name: "a refund that is pending is told as made",
    shop: withGateway(({ refund }) => ({
      refund: async (...given) => {
        const answer = await refund(...given);
        return answer.status === "PENDING" ? { ...answer, status: "SUCCEEDED" } : answer;
      },
    })),
    scope: { ...cancelled, refundsPend: true },
    violates: "A6",
    depth: 14,
  },
  {
    name: "a look passes a refund that is pending for made",
    shop: withGateway(({ look }) => ({
      look: async (...given) => {
        const seen = await look(...given);
        return seen && { ...seen, refunds: seen.refunds.map((each) => ({ ...each, status: "SUCCEEDED" })) };
      },
    })),
    scope: { ...cancelled, refundsPend: true, idleRings: 1 },
    violates: "A6",
    depth: 17,
  },
  {
    name: "a refund that was refused is asked for again, for ever",
    shop: withWrites((next) => {
      if (!next.refunds.some(({ status }) => status === "FAILED")) return next;
      const refunds = next.refunds.map((each) =>
        each.status === "FAILED" ? { ...each, status: "REQUESTED" as const } : each,
      );
      return { ...next, refunds, dueAt: next.deadline };
    }),
    scope: { ...cancelled, refundsFail: true, minutes: [0, 16] },
    violates: "livelock",
    depth: 18,
  },
  {
    name: "two clerks' refunds are each checked against what the other has not written yet",
    shop: withRoute("half-of-the-money", ({ load, save }) => ({
      async save(next) {
        for (;;) {
          const known = await load(next.orderId);
          const asked = next.refunds.at(-1);
          if (!known || !asked) return "lost";
          const refunds = [...known.refunds, asked];
          if ((await save({ ...known, refunds, version: known.version + 1 })) === "written") return "written";
        }
      },
    })),
    scope: only({
      services,
      concurrency: 2,
      grain: "call",
      refunds: ["most-of-the-money", "half-of-the-money"],
    }),
    violates: "A6",
    depth: 18,
  },
  {
    name: "a clerk's refund is checked against what was made, not what was requested",
    shop: withRoute("half-of-the-money", ({ load, save }) => {
      let hidden: Payment["refunds"] = [];
      return {
        async load(orderId) {
          const known = await load(orderId);
          if (!known) return known;
          hidden = known.refunds.filter(({ status }) => status !== "SUCCEEDED");
          return { ...known, refunds: known.refunds.filter(({ status }) => status === "SUCCEEDED") };
        },
        save: (next) => save({ ...next, refunds: [...hidden, ...next.refunds] }),
      };
    }),
    scope: only({ services, refunds: ["most-of-the-money", "half-of-the-money"] }),
    violates: "A6",
    depth: 13,
  },
  {
    name: "a capture of a part passes for one of all",
    shop: withGateway(({ capture }) => ({
      capture: async (...given) => {
        const answer = await capture(...given);
        return answer.kind === "captured" ? { ...answer, amount: 990 } : answer;
      },
    })),
    scope: only({ services, hands: ["capture a part"], handsAtMost: 1 }),
    violates: "A4",
    depth: 10,
  },
  {
    name: "what another hand captured after an abort is kept",
    shop: withGateway(({ void: letGo }) => ({
      void: async (...given) => {
        const answer = await letGo(...given);
        return answer.kind === "taken" ? { kind: "voided" } : answer;
      },
    })),
    scope: { ...cancelled, hands: ["capture"], handsAtMost: 1 },
    violates: "A6",
    depth: 10,
  },
  {
    name: "nobody looks for refunds whose webhook was lost",
    shop: { ...shippedShop, schedules: without("reconcile-payments") },
    scope: only({
      services,
      hands: ["refund a part"],
      handsAtMost: 1,
      faults: { ringsLost: true },
      minutes: [0, 16],
    }),
    violates: "E7",
    depth: 13,
  },
];

function without(name: string): Shop["schedules"] {
  const { [name]: _, ...others } = shippedShop.schedules;
  return others;
}

export const providerMistakes: readonly Mistake[] = [...askingMistakes, ...refundMistakes];
