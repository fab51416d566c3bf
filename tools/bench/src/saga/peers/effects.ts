// What an order's steps do outside: nothing but a map's change, or the calls that the laptop's order makes.
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import {
  DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { createStripeGateway } from "@order-saga/payment/gateway/stripe";
import { createStripeClient } from "@order-saga/payment/gateway/stripe-client";

/** Each answers with what a durable step keeps. */
export type Effects = {
  accept(orderId: string): Promise<unknown>;
  reserve(orderId: string): Promise<unknown>;
  /** The payment intent's id. */
  authorize(orderId: string): Promise<string>;
  capture(orderId: string, intent: string): Promise<unknown>;
  commit(orderId: string): Promise<unknown>;
  confirm(orderId: string): Promise<unknown>;
  tell(orderId: string, mail: string): Promise<unknown>;
};

const SKU = "TEA-EARL-GREY";

function inMemory(): Effects {
  const stock = { available: 1_000_000, reserved: 0, sold: 0 };
  return {
    accept: async (orderId) => ({ orderId, sku: SKU, quantity: 1, amount: 990 }),
    async reserve(orderId) {
      stock.available--;
      stock.reserved++;
      return { orderId, held: 1 };
    },
    authorize: async (orderId) => `pi_${orderId}`,
    capture: async (_orderId, intent) => ({ intent, captured: 990 }),
    async commit(orderId) {
      stock.reserved--;
      stock.sold++;
      return { orderId, sold: 1 };
    },
    confirm: async (orderId) => ({ orderId, status: "CONFIRMED" }),
    tell: async (orderId, mail) => ({ messageId: `<${mail}.${orderId}>` }),
  };
}

const TableName = "shop";
const account = (endpoint: string) => ({
  endpoint,
  region: "eu-west-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

/** The table and its stock, before the first order. */
export async function provisionShop(endpoint: string): Promise<void> {
  const client = new DynamoDBClient(account(endpoint));
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 1 }, { TableName });
  const Item = { pk: SKU, available: 1_000_000, reserved: 0, sold: 0 };
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName, Item }));
}

const charge = { amount: 990, currency: "EUR", paymentMethod: "pm_card_visa", lines: [] };

/** By the endpoint that a peer's process was given, if it was. */
export const effectsAt = (endpoint: string | undefined): Effects =>
  endpoint === undefined ? inMemory() : overTheWire(endpoint);

/** The same writes, provider calls and mails as the laptop's order, by the same clients, over the wire. */
function overTheWire(endpoint: string): Effects {
  const tables = DynamoDBDocumentClient.from(new DynamoDBClient(account(endpoint)));
  const mails = new SESClient(account(endpoint));
  const provider = createStripeGateway(createStripeClient("sk_test_bench", endpoint), {
    now: () => Date.now(),
  });
  // One writer for the SKU, as in the laptop's inventory: DynamoDB refuses transactions that meet on an item.
  let turn: Promise<unknown> = Promise.resolve();
  const move = (orderId: string, state: string, from: string, to: string) => {
    const moved = turn.then(() => tables.send(moving(orderId, state, from, to)));
    turn = moved.catch(() => {});
    return moved;
  };
  return {
    async accept(orderId) {
      const Item = { pk: orderId, sku: SKU, quantity: 1, amount: 990, status: "PLACED" };
      await tables.send(new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" }));
      return Item;
    },
    async reserve(orderId) {
      await move(orderId, "RESERVED", "available", "reserved");
      return { orderId, held: 1 };
    },
    async authorize(orderId) {
      const now = new Date().toISOString();
      const answer = await provider.authorize(orderId, { ...charge, decideBy: now }, now);
      if (answer.kind !== "authorized") throw new Error(`The card was not authorised: ${answer.kind}`);
      return answer.intentId;
    },
    async capture(orderId, intent) {
      const { kind } = await provider.capture(orderId, intent);
      if (kind !== "captured") throw new Error("The capture failed.");
      return { intent, captured: charge.amount };
    },
    async commit(orderId) {
      await move(orderId, "COMMITTED", "reserved", "sold");
      return { orderId, sold: 1 };
    },
    async confirm(orderId) {
      await tables.send(
        new UpdateCommand({
          TableName,
          Key: { pk: orderId },
          UpdateExpression: "SET #status = :confirmed",
          ExpressionAttributeNames: { "#status": "status" },
          ExpressionAttributeValues: { ":confirmed": "CONFIRMED" },
        }),
      );
      return { orderId, status: "CONFIRMED" };
    },
    async tell(orderId, mail) {
      const text = `To: ada@example.com\r\nSubject: ${mail}\r\n\r\nYour order ${orderId}.\r\n`;
      const { MessageId } = await mails.send(
        new SendRawEmailCommand({
          Source: "shop@example.com",
          Destinations: ["ada@example.com"],
          RawMessage: { Data: Buffer.from(text) },
        }),
      );
      return { messageId: MessageId };
    },
  };
}

/** A unit of the SKU from one count to another, and the reservation's state, in one transaction. */
const moving = (orderId: string, state: string, from: string, to: string) =>
  new TransactWriteCommand({
    TransactItems: [
      { Put: { TableName, Item: { pk: `RES#${orderId}`, state, sku: SKU, quantity: 1 } } },
      {
        Update: {
          TableName,
          Key: { pk: SKU },
          UpdateExpression: "SET #from = #from - :q, #to = #to + :q",
          ConditionExpression: "#from >= :q",
          ExpressionAttributeNames: { "#from": from, "#to": to },
          ExpressionAttributeValues: { ":q": 1 },
        },
      },
    ],
  });
