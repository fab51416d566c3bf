// A parked message carries its reason as attributes, and its body as SQS takes it.
import { groupOf } from "@order-saga/contracts";
import { expect, test } from "vitest";
import { createDeadLetters } from "./dead-letters.ts";
import { PermanentError } from "./errors.ts";
import { anEvent, envelopeOf, testOrderId } from "./testing.ts";

const message = {
  body: "poison",
  reaction: "reserve-stock",
  attempts: 3,
  error: new PermanentError("ContractViolation", "x".repeat(2000)),
};

test("the queue is given the body and the four attributes an operator looks for", async () => {
  const inputs: unknown[] = [];
  const client = { send: async (command: { input: unknown }) => void inputs.push(command.input) };
  await createDeadLetters({ client: client as never, queueUrl: "http://queue" })(message);
  // To the SDK a group that is undefined is not the same as none.
  expect(inputs).toStrictEqual([
    {
      QueueUrl: "http://queue",
      MessageBody: "poison",
      MessageAttributes: {
        errorName: { DataType: "String", StringValue: "ContractViolation" },
        errorMessage: { DataType: "String", StringValue: "x".repeat(1024) },
        attempts: { DataType: "Number", StringValue: "3" },
        reaction: { DataType: "String", StringValue: "reserve-stock" },
      },
    },
  ]);
});

test("a body is parked even if it holds what SQS does not take", async () => {
  const inputs: { MessageBody?: string }[] = [];
  const client = { send: async (command: { input: object }) => void inputs.push(command.input) };
  const park = createDeadLetters({ client: client as never, queueUrl: "http://queue" });
  await park({ ...message, body: '{"name":"A\uFFFFB"}' });
  expect(inputs[0]?.MessageBody).toBe('{"name":"A\\uffffB"}');
});

test("a parked event stays in its customer's group", async () => {
  const inputs: { MessageGroupId?: string }[] = [];
  const client = { send: async (command: { input: object }) => void inputs.push(command.input) };
  const body = envelopeOf(anEvent("OrderPlaced"));
  await createDeadLetters({ client: client as never, queueUrl: "http://queue" })({ ...message, body });
  expect(inputs[0]?.MessageGroupId).toBe(groupOf(testOrderId));
});

test("a queue that does not answer is an error, so that the original is not acknowledged", async () => {
  const send = async () => {
    throw new Error("away");
  };
  const park = createDeadLetters({ client: { send } as never, queueUrl: "http://queue" });
  await expect(park(message)).rejects.toThrow("away");
});
