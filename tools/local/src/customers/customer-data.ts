// What services keep of a customer, found over their tables: for a person who asks, and to forget them.
import { type DynamoDBDocumentClient, GetCommand, paginateQuery, paginateScan } from "@aws-sdk/lib-dynamodb";
import { wholeRecipient } from "@order-saga/messaging/personal-data/compact";
import { contactIn } from "@order-saga/messaging/personal-data/contact";
import type { Open } from "@order-saga/messaging/personal-data/personal-data";
import { customerOf } from "@order-saga/messaging/personal-data/sealing";
import { notificationRecord, orderRecord, paymentRecord, principalList } from "@order-saga/protocol/records";

export type Tables = {
  readonly client: DynamoDBDocumentClient;
  /** What the table of a service, or of the keys, is called. */
  readonly named: (table: string) => string;
};

type Item = Readonly<Record<string, unknown>>;

/** True for what was sealed with a key of this customer. */
const isOf = (sub: string) => {
  const prefix = `v1.${customerOf(sub)}`;
  return (sealed: unknown) => typeof sealed === "string" && sealed.startsWith(prefix);
};

/** The orders and bulks that the customer has mails about. */
export async function subjectsOf({ client, named }: Tables, sub: string): Promise<ReadonlySet<string>> {
  const isTheirs = isOf(sub);
  const subjects = new Set<string>();
  for await (const { Items = [] } of paginateScan({ client }, { TableName: named("notification") }))
    for (const { orderId, placed } of Items as Item[])
      if (isTheirs((placed as Item | undefined)?.personal)) subjects.add(String(orderId));
  return subjects;
}

export type CustomerData = {
  readonly customer: string;
  /** False once they were forgotten: then no text below can be read. */
  readonly isReadable: boolean;
  readonly orders: readonly Readonly<Record<string, unknown>>[];
};

/** Everything of the customer's orders, with what was sealed of them in the clear. */
export async function exportOf(tables: Tables, sub: string, { open }: Open): Promise<CustomerData> {
  const { client, named } = tables;
  const orders: Record<string, unknown>[] = [];
  let isReadable = false;
  const query = {
    TableName: named("orders"),
    IndexName: "list",
    KeyConditionExpression: "listPk = :list",
    ExpressionAttributeValues: { ":list": principalList(sub) },
  };
  for await (const { Items = [] } of paginateQuery({ client }, query))
    for (const { pk } of Items) {
      const orderId = orderRecord.id(String(pk));
      const order = await itemOf(tables, "orders", orderRecord.key(orderId));
      const { data = {} } = (order.OrderPlaced ?? {}) as { data?: Item };
      const placed: Item = wholeRecipient(sub, data);
      const about = String(placed.bulkId ?? orderId);
      const contact = await opened(open, placed.personal, about);
      const cancelReason = await opened(open, order.cancelReason, orderId);
      const payment = await itemOf(tables, "payment", paymentRecord.key(orderId));
      const mails = await itemOf(tables, "notification", notificationRecord.key(orderId));
      isReadable ||= contact !== undefined;
      orders.push({
        orderId,
        placedAt: String(order.listSk).split("#")[0],
        lines: placed.lines,
        amount: placed.amount,
        currency: placed.currency,
        paymentMethod: placed.paymentMethod,
        contact: contact === undefined ? placed.contact : contactIn(contact),
        cancelReason,
        refunds: await refundsOf(open, orderId, payment),
        mails: mails.mails,
        returnedMails: mails.returned,
      });
    }
  return { customer: sub, isReadable, orders };
}

async function itemOf({ client, named }: Tables, service: string, Key: Item): Promise<Item> {
  const { Item = {} } = await client.send(new GetCommand({ TableName: named(service), Key }));
  return Item;
}

const opened = async (open: Open["open"], sealed: unknown, subject: string) =>
  typeof sealed === "string" ? open(sealed, subject) : undefined;

async function refundsOf(open: Open["open"], orderId: string, { refunds = [] }: Item) {
  return Promise.all(
    (refunds as Item[]).map(async ({ amount, at, reason, sealedReason, status }) => {
      return { amount, at, status, reason: reason ?? (await opened(open, sealedReason, orderId)) };
    }),
  );
}
