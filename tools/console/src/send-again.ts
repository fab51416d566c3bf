// An operator has a mail sent again: its record says so, and a message has notification look at it.
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type DomainEvent, sourceOfEvent } from "@order-saga/contracts";
import type { Runtime } from "@order-saga/local/runtime";
import { type MailKind, sentAgain } from "@order-saga/notification/notification";
import { notifyCustomer } from "@order-saga/notification/service";
import { createDynamoDbStore } from "@order-saga/notification/store/dynamodb";
import type { Facts } from "@order-saga/protocol/facts";

/** What became of it in words; `refused` if it cannot be sent again. */
export type SentAgain = { outcome: string } | { refused: string };

export async function sendMailAgain(
  { clients, now, queueUrls }: Runtime,
  { facts, kind, orderId }: { facts: Facts; kind: MailKind; orderId: string },
): Promise<SentAgain> {
  const event = eventFor(facts, kind);
  if (!event) return { refused: `Nothing that was said of the order is a reason for the mail “${kind}”.` };
  const client = DynamoDBDocumentClient.from(clients.dynamodb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const store = createDynamoDbStore({ client, tableName: "notification" });
  const record = await store.load(orderId);
  const mail = record?.mails[kind];
  if (mail?.state === "SENT" || mail?.state === "CLAIMED" || mail?.state === "SUPERSEDED")
    return { refused: `The mail “${kind}” is ${mail.state.toLowerCase()}, so it is not sent again.` };
  const next = record && sentAgain(record, kind, now());
  if (next && next !== record && (await store.save(next)) !== "written")
    return { refused: "The record changed meanwhile; look again." };
  // Without the order's first event notification does not know to whom it would write.
  const isUnknown = record?.placed === undefined && event.type !== "OrderPlaced";
  for (const each of isUnknown && facts.OrderPlaced ? [facts.OrderPlaced, event] : [event]) {
    const body = { source: sourceOfEvent(each.type), "detail-type": each.type, detail: each };
    await clients.sqs.send(
      new SendMessageCommand({ QueueUrl: queueUrls.get(QUEUE), MessageBody: JSON.stringify(body) }),
    );
  }
  return { outcome: "handed to notify-customer" };
}

const QUEUE = `notification-${notifyCustomer.name}`;

/** The fact by which the mail is due; a mail that is due already is sent after any of them. */
function eventFor(facts: Facts, kind: MailKind): DomainEvent | undefined {
  switch (kind) {
    case "confirmed":
      return facts.OrderConfirmed;
    case "rejected":
      return facts.OrderRejected;
    case "cancelled":
      return facts.OrderCancelled;
    case "received":
      return facts.OrderPlaced;
    case "action":
      return facts.PaymentActionRequired;
    default:
      return facts.OrderCancelled ?? facts.OrderConfirmed ?? facts.OrderRejected;
  }
}
