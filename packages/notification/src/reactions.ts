// The use case of notification: record the fact, then send what is due, each mail at most once.
import type { React, ReactionContext } from "@order-saga/messaging";
import { type Mailer, MailNotSent, MailRefused } from "./mailer/mailer.ts";
import { render } from "./mails/index.ts";
import {
  blank,
  type Heard,
  hear,
  type MailKind,
  type Notification,
  type Sending,
  settle,
  type Taken,
  takeTurn,
} from "./notification.ts";
import type { NotificationStore } from "./store/store.ts";

export type NotificationPorts = {
  store: NotificationStore;
  mailer: Mailer;
  /** Milliseconds; read anew before each mail, because a write may have been held up. */
  clock: () => number;
  /** A name no other delivery has. */
  newClaim: () => string;
  /** How long a claim may still be somebody's, in milliseconds: twice the function's timeout. */
  claimLife: number;
};

const LOST_RACES_BEFORE_REDELIVERY = 5;

/**
 * Whoever holds a claim has not acknowledged its own message and sends everything due before it does. So a
 * delivery that has just recorded its fact may leave the sending to the holder; any other waits for redelivery.
 */
export function notify(ports: NotificationPorts): React<Heard["type"]> {
  return async (event, context) => {
    const turn = { by: ports.newClaim(), now: context.now, claimLife: ports.claimLife };
    // An order is nearly always the first that is heard of it, and the write that finds otherwise tells.
    const known = event.type === "OrderPlaced" ? undefined : await ports.store.load(event.orderId);
    const first = known ?? blank(event.orderId);
    let isNews = false;
    let taken = await update(ports.store, first, (read) => {
      const heard = hear(read, event, context.now);
      isNews = heard !== read;
      return takeTurn(heard, turn);
    });
    reportUnknown(taken, context);
    while (taken.next.do === "send") {
      const { kind } = taken.next;
      // By half its life a claim's holder has run into its function's timeout; whoever goes on after that may find
      // the claim given up, and a later mail sent.
      const isHeldUp = ports.clock() - turn.now >= ports.claimLife / 2;
      const sending = isHeldUp ? heldUp() : await send(ports.mailer, taken.notification, kind, context);
      if (sending.result.state === "NOT_SENT") {
        await update(ports.store, taken.notification, (read) => ({
          notification: settle(read, kind, sending.result, turn),
        }));
        throw sending.error;
      }
      taken = await update(ports.store, taken.notification, (read) =>
        takeTurn(settle(read, kind, sending.result, turn), turn),
      );
      reportUnknown(taken, context);
    }
    if (taken.next.do === "wait" && !isNews) throw new MailInFlight(taken.next.kind);
    return [];
  };
}

/** Another delivery may still be sending the mail; this one comes again later to see how that ended. */
export class MailInFlight extends Error {
  override readonly name = "MailInFlight";
  constructor(kind: MailKind) {
    super(`another delivery may be sending the mail "${kind}"`);
  }
}

/** Folds the change again over a fresh record each time another writer was first. */
async function update<C extends { notification: Notification }>(
  store: NotificationStore,
  known: Notification,
  change: (read: Notification) => C,
): Promise<C> {
  let read = known;
  for (let race = 1; race <= LOST_RACES_BEFORE_REDELIVERY; race++) {
    const changed = change(read);
    if (changed.notification === read) return changed;
    const saved = await store.save(changed.notification);
    if (saved) return { ...changed, notification: saved };
    read = (await store.load(known.orderId)) ?? blank(known.orderId);
  }
  throw new Error("Lost the race for this order's notification too often; it is delivered again.");
}

type SendingResult = { result: Sending; error?: unknown };

function heldUp(): SendingResult {
  return { result: { state: "NOT_SENT" }, error: new MailNotSent("its sender was held up") };
}

/** Throws when nobody knows whether the mail went out; the claim then stays, and ages into UNKNOWN. */
async function send(
  mailer: Mailer,
  notification: Notification,
  kind: MailKind,
  { log }: ReactionContext,
): Promise<SendingResult> {
  try {
    const providerMessageId = await mailer.send(render(notification, kind));
    log("info", "mail sent", { mail: kind, providerRequestId: providerMessageId });
    return { result: { state: "SENT", providerMessageId } };
  } catch (error) {
    if (error instanceof MailRefused) {
      log("error", "mail refused", { mail: kind, errorName: error.reason });
      return { result: { state: "REFUSED", reason: error.reason } };
    }
    if (error instanceof MailNotSent) return { result: { state: "NOT_SENT" }, error };
    throw error;
  }
}

function reportUnknown({ becameUnknown }: Taken, { log }: ReactionContext): void {
  for (const mail of becameUnknown) log("error", "mail outcome unknown", { mail });
}
