// What a person can do about an order, each with the words that are confirmed: one act for each trouble.
import { maskText } from "@order-saga/dead-letters/masking";
import type { DeadLetter, MailStanding, OrderAct } from "./console-api.ts";
import { isLeftover } from "./leftover.ts";
import type { OrderRecord } from "./order-summary.ts";

export function actsOf(
  order: Pick<OrderRecord, "facts" | "orderId" | "unheard">,
  letters: readonly DeadLetter[],
  mails: readonly MailStanding[],
): OrderAct[] {
  return [
    ...letters.map((letter) =>
      letter.verdict.isValid && !isLeftover(order.facts, letter) ? redrive(letter) : discard(order, letter),
    ),
    ...mails.filter(({ state }) => canBeSentAgain(state)).map((mail) => sendAgain(order.orderId, mail)),
    ...[...order.unheard].map((type) => publishAgain(order.orderId, type)),
  ];
}

/** A mail that waits for its turn has a message; only what has none, or has ended, is sent by hand. */
export function canBeSentAgain(state: MailStanding["state"]): boolean {
  switch (state) {
    case "refused":
    case "unknown":
    case "missing":
    case "due":
      return true;
    case "sent":
    case "claimed":
    case "superseded":
      return false;
  }
}

const nameOf = ({ eventType }: DeadLetter) => eventType ?? "an unreadable message";

function redrive(letter: DeadLetter): OrderAct {
  const { messageId, queue, reaction } = letter;
  return {
    id: `redrive ${messageId}`,
    title: `Redrive ${nameOf(letter)} to ${reaction}`,
    confirm: {
      title: `Redrive 1 message to ${reaction}?`,
      detail: `${nameOf(letter)} goes back to the queue of ${reaction}. What it does is done once, however often the message comes.`,
      act: "Redrive 1",
    },
    asksReason: false,
    path: "dead-letters/redrive",
    body: { queue, messageIds: [messageId] },
  };
}

function discard({ facts }: Pick<OrderRecord, "facts">, letter: DeadLetter): OrderAct {
  const { messageId, queue, reaction, verdict } = letter;
  const why = isLeftover(facts, letter)
    ? "The order has ended and needs it no more."
    : verdict.isValid
      ? ""
      : `It breaks its contract (${maskText(verdict.message)}), so a redrive would bring it back.`;
  return {
    id: `discard ${messageId}`,
    title: `Discard ${nameOf(letter)} for ${reaction}`,
    confirm: {
      title: "Discard 1 message for good?",
      detail: `${nameOf(letter)} is deleted from ${queue} and cannot be brought back. ${why}`,
      act: "Discard 1",
    },
    asksReason: true,
    path: "dead-letters/discard",
    body: { queue, messageIds: [messageId] },
  };
}

function riskOf({ reason = "", state }: MailStanding): string {
  if (state === "unknown") return "If it did go out the first time, the customer reads it twice.";
  const hasCome = reason === "bounced" || reason === "complained";
  return hasCome
    ? "It did not go out yet. An earlier mail to its address came back, and this one may too."
    : "It did not go out yet.";
}

function sendAgain(orderId: string, mail: MailStanding): OrderAct {
  const { kind } = mail;
  return {
    id: `send again ${kind}`,
    title: `Send the mail “${kind}” again`,
    confirm: { title: `Send 1 mail to the customer: “${kind}”?`, detail: riskOf(mail), act: "Send the mail" },
    asksReason: false,
    path: `orders/${orderId}/mails/send-again`,
    body: { kind },
  };
}

function publishAgain(orderId: string, type: string): OrderAct {
  return {
    id: `publish ${type}`,
    title: `Publish ${type} now`,
    confirm: {
      title: `Publish 1 event: ${type}?`,
      detail:
        "It is the event that its service recorded, with its id. Every reaction that hears it acts on it once.",
      act: "Publish 1",
    },
    asksReason: false,
    path: `orders/${orderId}/publish`,
    body: { type },
  };
}
