// Everything the shipped use cases may ask of the world outside, as data; and the ports that ask it.

import type { DomainEvent } from "@order-saga/contracts";
import { exampleData } from "@order-saga/contracts/events/examples";
import type { Move } from "@order-saga/inventory/buckets";
import type { InventoryPorts } from "@order-saga/inventory/ports";
import type { Movement, Reservation } from "@order-saga/inventory/reservation";
import type { Sightings } from "@order-saga/inventory/sightings";
import type { PermanentError } from "@order-saga/messaging";
import { contactText } from "@order-saga/messaging/personal-data/contact";
import type { Open, Seal, SealForKnown } from "@order-saga/messaging/personal-data/personal-data";
import type { SendTasks } from "@order-saga/messaging/tasks";
import type { Notification } from "@order-saga/notification/notification";
import type { NotificationPorts } from "@order-saga/notification/ports";
import type { BlindWrite } from "@order-saga/orders/blind-write";
import type { Order } from "@order-saga/orders/order";
import type { OrderPorts } from "@order-saga/orders/ports";
import type { Charge, Payment } from "@order-saga/payment/payment";
import type { AskedRefund, PaymentPorts, Reconciliation } from "@order-saga/payment/ports";
import { readBuckets, sightingsOf } from "./bucket-reads.ts";

/** The same in every state, so that states of the model can be told apart by what matters. */
export const personalData: Seal & SealForKnown & Open = {
  sealForKnown: async () => exampleData("OrderPlaced").personal,
  seal: async () => exampleData("OrderPlaced").personal ?? "",
  sealAll: () => Promise.reject(new TypeError("The model has no bulks.")),
  open: async () => contactText({ email: "ada@example.com" }),
  openAll: () => Promise.reject(new TypeError("The model shows no payment.")),
};

export type Call =
  /** Reads the record of the service that asks. */
  | { do: "load" }
  /** Asks the index of what is due. */
  | { do: "due" }
  /** Reads any one of these buckets of a SKU. */
  | { do: "read bucket"; of: readonly number[] }
  | { do: "move units"; move: Move }
  | { do: "products" }
  | { do: "pause" }
  | { do: "save payment"; next: Payment }
  | { do: "reserve"; next: Reservation }
  | { do: "save reservation"; next: Reservation; movement: Movement | undefined }
  | { do: "create order"; next: Order }
  | { do: "save order"; next: Order }
  | { do: "write order blind"; write: BlindWrite }
  | { do: "save notification"; next: Notification }
  /** `abortedAt` if nothing is to be held any more. */
  | { do: "authorize"; charge: Charge; abortedAt: string | undefined }
  | { do: "capture" }
  | { do: "void" }
  | { do: "refund"; refund: AskedRefund }
  | { do: "look" }
  /** Asks the provider for intents whose refunds or disputes have changed. */
  | { do: "changes" }
  /** Sends a task to the doorbell's queue. */
  | { do: "ring" }
  | { do: "mail"; kind: string }
  | { do: "publish"; events: readonly DomainEvent[] }
  | { do: "park"; error: PermanentError };

export type Ask = (call: Call) => Promise<unknown>;

export type Ports = {
  payment: PaymentPorts & Reconciliation & { ring: SendTasks };
  inventory: InventoryPorts;
  /** What the process has last seen of the stock. */
  sightings: Sightings;
  orders: OrderPorts;
  notification: NotificationPorts;
  publish: OrderPorts["publish"];
  park: (letter: { error: PermanentError }) => Promise<void>;
  clock: () => number;
};

const ACTION_WITHIN_SECONDS = 600;

/** What a port must be told of the one function run it is made for. */
export type RunOf = {
  clock: () => number;
  timeoutSeconds: number;
  claim: string;
  /** What is available by bucket, as this process believes; empty if it has not looked. */
  sighting: readonly number[];
};

/** Ports that do nothing but ask. */
export function portsOver(ask: Ask, { claim, clock, sighting, timeoutSeconds }: RunOf): Ports {
  // The search answers each call with what its port promises.
  const asked = <T>(call: Call) => ask(call) as Promise<T>;
  const never = () => Promise.reject(new Error("The search has no answer to this call."));
  const publish = (events: readonly DomainEvent[]) => asked<void>({ do: "publish", events });
  return {
    payment: {
      store: {
        load: () => asked({ do: "load" }),
        save: (next) => asked({ do: "save payment", next }),
        due: () => asked({ do: "due" }),
      },
      gateway: {
        authorize: (_, charge, __, abortedAt) => asked({ do: "authorize", charge, abortedAt }),
        capture: () => asked({ do: "capture" }),
        void: () => asked({ do: "void" }),
        refund: (_, __, refund) => asked({ do: "refund", refund }),
        look: () => asked({ do: "look" }),
      },
      changedSince: () => asked({ do: "changes" }),
      ring: () => asked({ do: "ring" }),
      clock,
      functionTimeoutSeconds: timeoutSeconds,
      terms: { actionWithinSeconds: ACTION_WITHIN_SECONDS },
    },
    inventory: {
      store: {
        load: () => asked({ do: "load" }),
        stock: () => readBuckets((of) => asked({ do: "read bucket", of })),
        reserve: (next) => asked({ do: "reserve", next }),
        save: (next, movement) => asked({ do: "save reservation", next, movement }),
        due: () => asked({ do: "due" }),
        level: never,
        move: (move) => asked({ do: "move units", move }),
        adjust: never,
        answered: never,
      },
      backOff: () => asked({ do: "pause" }),
    },
    sightings: sightingsOf(sighting),
    orders: {
      store: {
        create: (next) => asked({ do: "create order", next }),
        load: () => asked({ do: "load" }),
        createOfRow: never,
        loadAll: never,
        save: (next) => asked({ do: "save order", next }),
        writeBlind: (write) => asked({ do: "write order blind", write }),
        due: () => asked({ do: "due" }),
        products: () => asked({ do: "products" }),
        orders: never,
        putProduct: never,
        catalogue: never,
      },
      publish,
    },
    notification: {
      store: {
        load: () => asked({ do: "load" }),
        save: (next) => asked({ do: "save notification", next }),
      },
      mailer: { isBusy: () => false, send: ({ kind }) => asked({ do: "mail", kind }) },
      contacts: {
        contactOf: async () => ({ contact: { email: "ada@example.com" } }),
        stopMail: () => Promise.reject(new TypeError("No mail of the model comes back.")),
      },
      clock,
      newClaim: () => claim,
      later: () => Promise.reject(new TypeError("The model's mail provider has no limit.")),
      claimLife: 2 * timeoutSeconds * 1000,
    },
    publish,
    park: ({ error }) => asked({ do: "park", error }),
    clock,
  };
}
