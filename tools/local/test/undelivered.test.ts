// No hop loses an event: what a rule cannot put on its queue waits behind the target, and can be redriven.
import { DeleteQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { services } from "@order-saga/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import { provision } from "../src/provision.ts";
import { calm, type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
beforeAll(async () => {
  saga = await startSaga(undefined, calm);
});
afterAll(() => saga.stop());

const QUEUE = "inventory-reserve-stock";

test("provisioning again changes nothing", async () => {
  const before = saga.runtime.aws.queues.names();
  const queues = await provision(services, saga.runtime.clients);
  expect(saga.runtime.aws.queues.names()).toEqual(before);
  expect(new Map([...queues].map(([name, { url }]) => [name, url]))).toEqual(saga.runtime.queueUrls);
  const orderId = await saga.place();
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  await saga.idle();
  // Every rule has one target still, so each event is published once.
  const types = saga.eventsOf(orderId).map(({ type }) => type);
  expect(types).toEqual([...new Set(types)]);
});

test("an event whose queue is gone waits behind the rule's target, and settles the order once it is redriven", async () => {
  const { aws, clients, mappings, queueUrls } = saga.runtime;
  await mappings.get(QUEUE)?.disable();
  await clients.sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrls.get(QUEUE) }));
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentAuthorized");
  const [undelivered, ...others] = aws.queues.messages(`${QUEUE}-undelivered`);
  expect(others).toEqual([]);
  expect(undelivered?.attributes).toMatchObject({
    RULE_ARN: expect.stringContaining(QUEUE),
    TARGET_ARN: expect.stringContaining(QUEUE),
    ERROR_CODE: "NO_RESOURCE",
  });
  expect(JSON.parse(undelivered?.body ?? "")).toMatchObject({
    "detail-type": "OrderPlaced",
    detail: { orderId },
  });

  const queues = await provision(services, clients);
  await clients.sqs.send(
    new SendMessageCommand({ QueueUrl: queues.get(QUEUE)?.url, MessageBody: undelivered?.body ?? "" }),
  );
  mappings.get(QUEUE)?.enable();
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  await saga.idle();
  const violations = violationsAtRest(await readBooks(saga.runtime), saga.runtime.witness.seen());
  // The letter itself still lies behind the target; reading it did not take it away.
  expect(violations.map(({ detail }) => detail)).toEqual([
    `${QUEUE}-undelivered holds a message that failed`,
  ]);
});

test("poison among good messages: only the poison is parked, with its reason and attempts", async () => {
  const QueueUrl = saga.runtime.queueUrls.get("payment-authorize-payment");
  const poison = [
    "not json",
    "{}",
    JSON.stringify({ source: "shop.orders", "detail-type": "Gossip", detail: {} }),
  ];
  const orderIds = await Promise.all(Array.from({ length: 5 }, () => saga.place()));
  for (const MessageBody of poison)
    await saga.runtime.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  for (const orderId of orderIds) expect(await saga.settled(orderId)).toBe("CONFIRMED");
  await saga.idle();
  const parked = saga.runtime.aws.queues.messages("payment-authorize-payment-dlq");
  expect(parked.map((letter) => letter.body).sort()).toEqual([...poison].sort());
  for (const { attributes } of parked) {
    expect(attributes).toMatchObject({
      reaction: "authorize-payment",
      attempts: "1",
      errorMessage: expect.stringMatching(/.{5}/),
    });
  }
  expect(parked.map((letter) => letter.attributes.errorName).sort()).toEqual([
    "ContractViolation",
    "ContractViolation",
    "MalformedMessage",
  ]);
});
