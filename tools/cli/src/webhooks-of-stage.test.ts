// An operator's acts on a stage's webhooks, over its own table and queue, as AWS names them.
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { provisionTable } from "@order-saga/local/provision";
import { calm, type Saga, startSaga } from "@order-saga/local/testing/saga";
import { attempted, type Delivery, recorded } from "@order-saga/webhooks/delivery";
import { webhooks } from "@order-saga/webhooks/service";
import { createDynamoDbStore } from "@order-saga/webhooks/store/dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWebhooksOfStage } from "./webhooks-of-stage.ts";

const tableName = "order-saga-ada-webhooksTable-abc";
const endpoints = "shop=https://shop.example/hooks,erp=https://erp.example/";
let saga: Saga;
let queueUrl = "";
beforeAll(async () => {
  // One poll of a queue is to find what lies there.
  saga = await startSaga(undefined, calm);
  const { dynamodb, sqs } = saga.runtime.clients;
  await provisionTable({ name: tableName, table: webhooks.table }, dynamodb);
  const QueueName = "order-saga-ada-webhooks-deliver-webhook";
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
});
afterAll(() => saga.stop());

const desk = () => openWebhooksOfStage("ada", endpoints, saga.runtime.clients);

/** A delivery that its receiver refused as often as it is tried. */
async function givenUp(id: string): Promise<Delivery> {
  const client = DynamoDBDocumentClient.from(saga.runtime.clients.dynamodb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const store = createDynamoDbStore({ client, tableName });
  let delivery = recorded({ id, endpoint: "shop", orderId: "ord_1", type: "order.confirmed", body: "{}" }, 0);
  await store.saveDelivery(delivery);
  while (delivery.state === "PENDING") {
    ({ delivery } = attempted(delivery, { status: 500 }, { at: 0, now: 0, chance: 0 }));
    await store.saveDelivery(delivery);
  }
  return delivery;
}

test("what was given up is listed with its attempts, and is handed over once more by a replay", async () => {
  const delivery = await givenUp("msg_1_shop");
  const [shop, erp] = await (await desk()).endpoints();
  expect(shop).toMatchObject({ name: "shop", state: "healthy", waiting: 0 });
  expect(shop?.failed).toMatchObject([{ id: "msg_1_shop", state: "FAILED", tries: 10 }]);
  expect(erp).toMatchObject({ name: "erp", failed: [] });
  await (await desk()).replay("msg_1_shop");
  const { Messages = [] } = await saga.runtime.clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MessageSystemAttributeNames: ["MessageGroupId"] }),
  );
  const task = { id: "msg_1_shop", version: delivery.version + 1 };
  expect(Messages.map(({ Body = "" }) => JSON.parse(Body))).toEqual([task]);
  const [after] = await (await desk()).endpoints();
  expect(after).toMatchObject({ waiting: 1, failed: [] });
});

test("an endpoint is disabled and enabled by its name, and another name is refused", async () => {
  await (await desk()).disable("erp");
  const [, erp] = await (await desk()).endpoints();
  expect(erp).toMatchObject({ state: "disabled", reason: "by-hand" });
  await (await desk()).enable("erp");
  expect((await (await desk()).endpoints())[1]).toMatchObject({ state: "healthy" });
  await expect((await desk()).enable("crm")).rejects.toThrow(
    "There is no endpoint crm; there are shop, erp.",
  );
  await expect((await desk()).replay("msg_2_shop")).rejects.toThrow("There is no webhook msg_2_shop.");
});
