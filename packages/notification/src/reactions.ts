// The reaction of notification: record the fact, then send what is due, each mail at most once.
import { type Contact, subjectOf } from "@order-saga/contracts";
import type { React, ReactionContext, ReactTo } from "@order-saga/messaging";
import { nameOf } from "@order-saga/messaging/errors";
import { writeOptimistically } from "@order-saga/messaging/optimistic";
import type { Contacts } from "@order-saga/messaging/personal-data/contacts";
import { type MailStop, read as readSealed } from "@order-saga/messaging/personal-data/sealing";
import type { ReturnedMail } from "@order-saga/messaging/returned-mail";
import { render } from "./mails/index.ts";
import {
  blank,
  type Claimed,
  claimNextMail,
  type Heard,
  hear,
  isLateNews,
  type MailKind,
  type Notification,
  type Sending,
  secondsAside,
  secondsUntilDue,
  settle,
} from "./notification.ts";
import {
  MailNotSent,
  MailRefused,
  MailWithheld,
  type NotificationPorts,
  type NotificationStore,
} from "./ports.ts";
import { hearReturned, stopFor } from "./returned.ts";

/** Two or three deliveries meet at an order's mails; a message that still loses comes again. */
const ATTEMPTS = 5;

/** SES may take as long to answer, and the record is to be written then. */
const ANSWER_MILLISECONDS = 12_000;

/** SES counts its quota over a day, so a mail that waits for longer is a person's matter. */
const LONGEST_WAIT_MILLISECONDS = 2 * 24 * 3600_000;

/**
 * A delivery that holds a claim has not acknowledged its own message and sends everything due before it does.
 * So a delivery that has just recorded its fact may leave the sending to the holder; any other waits for
 * redelivery.
 */
export function notifyCustomerHandler(ports: NotificationPorts): React<Heard["type"]> {
  return async (event, context) => {
    const early = secondsUntilDue(event, context.now);
    if (early > 0) {
      await ports.later(context.body, early);
      return [];
    }
    if (isLateNews(event, context.now) && ports.mailer.isBusy()) {
      await ports.later(context.body, secondsAside(subjectOf(event)));
      return [];
    }
    const claimant = { by: ports.newClaim(), now: context.now, claimLife: ports.claimLife };
    // OrderPlaced is nearly always the first event of its order, and BulkPlaced of its bulk, so it is written
    // without a read before.
    const isFirst = event.type === "OrderPlaced" || event.type === "BulkPlaced";
    const known = isFirst ? undefined : await ports.store.load(subjectOf(event));
    const first = known ?? blank(subjectOf(event));
    let isNews = false;
    let claimed = await update(ports.store, first, (read) => {
      const heard = hear(read, event, context.now);
      isNews = heard !== read;
      return claimNextMail(heard, claimant);
    });
    reportUnknown(claimed, context);
    while (claimed.next.do === "send") {
      const { kind } = claimed.next;
      const sending = await send(ports, claimed.notification, kind, context);
      if (sending.result.state === "NOT_SENT") {
        await update(ports.store, claimed.notification, (read) => ({
          notification: settle(read, kind, sending.result, claimant),
        }));
        return putOff(ports, event, context, sending.error);
      }
      claimed = await update(ports.store, claimed.notification, (read) =>
        claimNextMail(settle(read, kind, sending.result, claimant), claimant),
      );
      reportUnknown(claimed, context);
    }
    if (claimed.next.do === "wait" && !isNews) throw new MailInFlight(claimed.next.kind);
    return [];
  };
}

/**
 * What no turn came for is handled again later, and not counted as a failed delivery: a limit makes no dead
 * letters. Throws what else went wrong.
 */
async function putOff(ports: NotificationPorts, event: Heard, context: ReactionContext, error: unknown) {
  const seconds = error instanceof MailNotSent ? error.retryAfterSeconds : undefined;
  const waited = context.now - Date.parse(event.occurredAt);
  if (seconds === undefined || waited > LONGEST_WAIT_MILLISECONDS) throw error;
  await ports.later(context.body, seconds);
  context.log("info", "mail put off by the provider's limit");
  return [];
}

/** Another delivery may still be sending the mail; this one comes again later to see how that ended. */
export class MailInFlight extends Error {
  override readonly name = "MailInFlight";
  constructor(kind: MailKind) {
    super(`another delivery may be sending the mail "${kind}"`);
  }
}

/**
 * Writes the changed record under its next version; a record that the change leaves as it is, is not written.
 */
function update<C extends { notification: Notification }>(
  store: NotificationStore,
  known: Notification,
  change: (read: Notification) => C,
): Promise<C> {
  return writeOptimistically<Notification, Notification, C>({
    what: `notification of ${known.orderId}`,
    attempts: ATTEMPTS,
    known,
    load: async () => (await store.load(known.orderId)) ?? blank(known.orderId),
    save: store.save,
    decide(read) {
      const changed = change(read);
      if (changed.notification === read) return { answer: changed };
      const write = { ...changed.notification, version: read.version + 1 };
      return { write, answer: { ...changed, notification: write } };
    },
  });
}

/**
 * A mail that SES says came back. The address first: an order that shows it has no more mail to it. Both may
 * be done again.
 */
export function returnedMailHandler({
  contacts,
  store,
}: Pick<NotificationPorts, "contacts" | "store">): ReactTo<ReturnedMail> {
  return async (returned, { log }) => {
    const { how, mail, orderId } = returned;
    const known = await store.load(orderId);
    // A record is written before its mail is sent, so it was lost since.
    if (!known) {
      log("warn", "a mail came back of which there is no record", { mail });
      return [];
    }
    const stop = stopFor(how);
    const { personal } = known.placed ?? {};
    if (stop && personal !== undefined) await contacts.stopMail(personal, orderId, stop);
    await update(store, known, (read) => ({ notification: hearReturned(read, returned) }));
    log("info", "mail came back", { mail, reason: how });
    return [];
  };
}

type SendingResult = { result: Sending; error?: unknown };

/** Throws if it is unknown whether the mail went out; the claim then stays, and ages into UNKNOWN. */
async function send(
  { claimLife, clock, contacts, mailer }: NotificationPorts,
  notification: Notification,
  kind: MailKind,
  { log, now, remainingMilliseconds }: ReactionContext,
): Promise<SendingResult> {
  const notSent = (error: MailNotSent) => ({ result: { state: "NOT_SENT" as const }, error });
  const found = await recipientOf(contacts, notification).catch(asNotSent);
  if (found instanceof MailNotSent) return notSent(found);
  // By half its life a claim's holder has run into its function's timeout. After that the claim may be given
  // up at any time, and a later mail sent.
  if (clock() - now >= claimLife / 2) return notSent(new MailNotSent("its sender was held up"));
  if (!found) {
    log("info", "mail not sent: its customer was forgotten", { mail: kind });
    return { result: { state: "REFUSED", reason: FORGOTTEN } };
  }
  const { contact: to, stop } = found;
  // An operator who has a mail sent again knows of it.
  if (stop && !notification.sentAgain?.[kind]) {
    log("info", "mail withheld", { mail: kind, reason: stop });
    return { result: { state: "REFUSED", reason: stop } };
  }
  try {
    const until = clock() + remainingMilliseconds() - ANSWER_MILLISECONDS;
    const mail = { ...render(notification, kind, to), customer: customerIn(notification) };
    const providerMessageId = await mailer.send(mail, until);
    log("info", "mail sent", {
      mail: kind,
      providerRequestId: providerMessageId,
      ...waitedFor(notification, kind, now),
    });
    return { result: { state: "SENT", providerMessageId } };
  } catch (error) {
    if (error instanceof MailRefused) {
      log("error", "mail refused", { mail: kind, errorName: error.reason });
      return { result: { state: "REFUSED", reason: error.reason } };
    }
    if (error instanceof MailWithheld) {
      const { reason } = error;
      log("info", "mail withheld", { mail: kind, reason });
      return { result: { state: "REFUSED", reason } };
    }
    if (error instanceof MailNotSent) return { result: { state: "NOT_SENT" }, error };
    throw error;
  }
}

/** Why no mail goes to a customer whose key was deleted. */
const FORGOTTEN = "forgotten";

/** With the reason why no mail goes to its address, if there is one; undefined once it was forgotten. */
async function recipientOf(
  { contactOf }: Contacts,
  { orderId, placed }: Notification,
): Promise<{ contact: Contact; stop?: MailStop } | undefined> {
  if (placed?.personal !== undefined) return contactOf(placed.personal, orderId);
  return placed?.contact && { contact: placed.contact };
}

const customerIn = ({ placed }: Notification) =>
  placed?.personal === undefined ? undefined : readSealed(placed.personal).customer;

/** Nothing went out, and the keys may be there again at the next delivery. No cause: it may hold the text. */
const asNotSent = (error: unknown) => new MailNotSent(`the contact was not opened (${nameOf(error)})`);

/** How long the customer waited for the order's end, since the mail that it was received, if it had one. */
function waitedFor(
  { mails: { received } }: Notification,
  kind: MailKind,
  now: number,
): { durationMilliseconds?: number } {
  if (kind === "received" || !received || received.state === "SUPERSEDED") return {};
  return { durationMilliseconds: now - Date.parse(received.at) };
}

function reportUnknown({ becameUnknown }: Claimed, { log }: ReactionContext): void {
  for (const mail of becameUnknown) log("error", "mail outcome unknown", { mail });
}
