// Mistakes with messages: lost, not repeated, repeated for ever, in other words, not heard.
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
import { testOrderId } from "@order-saga/messaging/testing";
import { requestCancel, rootEvents } from "@order-saga/orders/order";
import { cancelOrder, sweepOrders, trackOrder } from "@order-saga/orders/service";
import { sweepOrdersHandler } from "@order-saga/orders/sweeps";
import { abortPayment, authorizePayment, capturePayment } from "@order-saga/payment/service";
import { shippedShop } from "../shop.ts";
import { type Mistake, only, withPorts, withReaction, withReactions } from "./mistake.ts";

export const messageMistakes: readonly Mistake[] = [
  {
    name: "what the bus refused passes for published",
    shop: withPorts((ports) => ({ ...ports, publish: (events) => ports.publish(events).catch(() => {}) })),
    scope: only({ faults: { halfPublished: true } }),
    violates: "E1",
    depth: 13,
  },
  {
    name: "a duplicate says nothing",
    shop: withReactions([authorizePayment.name, capturePayment.name, abortPayment.name], {
      react:
        (shipped, { payment }) =>
        async (event, context) => {
          const before = await payment.store.load(event.orderId);
          const says = await shipped(event, context);
          const after = await payment.store.load(event.orderId);
          return says.filter(({ type }) => !before?.events[type] && after?.events[type]);
        },
    }),
    scope: only({ faults: { halfPublished: true } }),
    violates: "E1",
    depth: 15,
  },
  {
    name: "a duplicate says everything that is on record",
    shop: withPorts((ports) => {
      const publish = async (events: readonly DomainEvent[]) => {
        const orderId = events[0] ? subjectOf(events[0]) : "";
        const own = events[0]?.producer === "inventory" ? ports.inventory : ports.payment;
        const record = events[0]?.producer === "orders" ? undefined : await own.store.load(orderId);
        await ports.publish(record ? Object.values(record.events) : events);
      };
      return { ...ports, publish };
    }),
    scope: only({}),
    violates: "livelock",
    depth: 18,
  },
  {
    name: "an event is said in other words than it is recorded",
    shop: withPorts((ports) => ({
      ...ports,
      publish: (events) =>
        ports.publish(
          events.map((event) =>
            event.type === "PaymentCaptured" ? { ...event, data: { ...event.data, amount: 1 } } : event,
          ),
        ),
    })),
    scope: only({}),
    violates: "A8",
    depth: 11,
  },
  {
    name: "orders does not hear of refunds",
    shop: withReaction(trackOrder.name, {
      manifest: { ...trackOrder, hears: trackOrder.hears.filter((type) => type !== "PaymentRefunded") },
    }),
    scope: only({ cancels: 1 }),
    violates: "E5",
    depth: 24,
  },
  {
    name: "payment does not hear of stock, and has no timer",
    shop: {
      ...withReaction(capturePayment.name, { react: () => async () => [] }),
      schedules: {},
    },
    scope: only({ minutes: [0, 16] }),
    violates: "E1",
    depth: 9,
  },
  {
    name: "no timer runs, and a message is lost",
    shop: { ...shippedShop, schedules: {} },
    scope: only({ minutes: [0, 16], faults: { losses: 1 } }),
    violates: "E1",
    depth: 5,
  },
  {
    name: "a cancellation is recorded before its order is known to be on the bus",
    shop: {
      ...shippedShop,
      routes: {
        ...shippedShop.routes,
        "cancel-order": {
          service: "orders",
          timeoutSeconds: cancelOrder.timeoutSeconds,
          async serve({ clock, orders: { publish, store } }) {
            const order = await store.load(testOrderId);
            const next = order && requestCancel(order, "", clock());
            if (!next || next === order || (await store.save(next)) !== "written")
              return { is: "again", because: "" };
            await publish(rootEvents(next));
            return { is: "done" };
          },
        },
      },
    },
    scope: only({ cancels: 1, minutes: [0, 16], faults: { crashes: true } }),
    violates: "A19",
    depth: 3,
  },
  {
    name: "the sweep remembers that it has looked, and says nothing",
    shop: {
      ...shippedShop,
      schedules: {
        ...shippedShop.schedules,
        "sweep-orders": {
          service: "orders",
          timeoutSeconds: sweepOrders.timeoutSeconds,
          sweep: ({ orders }) => sweepOrdersHandler({ ...orders, publish: async () => {} }),
        },
      },
    },
    scope: only({ minutes: [0, 16], faults: { crashes: true } }),
    violates: "A19",
    depth: 3,
  },
  {
    name: "a blind write has no condition on what must not have come before it",
    shop: withPorts((ports) => {
      const { store } = ports.orders;
      const writeBlind: typeof store.writeBlind = (write) => store.writeBlind({ ...write, notAfter: [] });
      return { ...ports, orders: { ...ports.orders, store: { ...store, writeBlind } } };
    }),
    scope: only({ cancels: 1, minutes: [0, 16], faults: { crashes: true } }),
    violates: "A19",
    depth: 16,
  },
];
