// A redrive over SQS: wanted messages go back without their error, others stay, none is lost.
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { clientsOf, startForTest } from "@order-saga/emulator/testing";
import { expect, test } from "vitest";
import { type Redrive, redriveAll, redriveEach } from "./redrive.ts";

async function setUp(...bodies: string[]) {
  const endpoint = await startForTest();
  const { sqs } = clientsOf(endpoint);
  const make = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
  const [fromUrl, toUrl] = [await make("letters"), await make("queue")];
  const send = (body: string) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: fromUrl,
        MessageBody: body,
        MessageAttributes: { errorName: { DataType: "String", StringValue: "Odd" } },
      }),
    );
  for (const body of bodies) await send(body);
  const pauses: number[] = [];
  const given: Redrive & { toUrl: string } = {
    sqs,
    fromUrl,
    toUrl,
    isWanted: () => true,
    rate: 4,
    startedAt: Date.now() + 1000,
    onMoved: async () => true,
    pause: async (milliseconds) => void pauses.push(milliseconds),
  };
  const lying = (name: string) => endpoint.queues.messages(name).map(({ body }) => body);
  return { endpoint, sqs, send, pauses, given, lying };
}

test("all go back, at the rate, without the attributes that said why they lay there", async () => {
  const { endpoint, given, lying, pauses } = await setUp("a", "b", "c");
  expect(await redriveEach(given)).toEqual({ moved: 3, stopped: false });
  expect([lying("letters"), lying("queue")]).toEqual([[], ["a", "b", "c"]]);
  expect(endpoint.queues.messages("queue").map(({ attributes }) => attributes)).toEqual([{}, {}, {}]);
  expect(pauses).toEqual([250, 250]);
});

test("what is not wanted can be received again at once", async () => {
  const { endpoint, given, lying } = await setUp(...Array.from({ length: 25 }, (_, index) => `m${index}`));
  const isWanted = ({ body }: { body: string }) => body === "m20" || body === "m3";
  expect(await redriveEach({ ...given, isWanted, most: 2 })).toEqual({ moved: 2, stopped: false });
  expect(lying("queue").sort()).toEqual(["m20", "m3"]);
  expect(endpoint.queues.count("letters")).toEqual({ ready: 23, delayed: 0, inFlight: 0 });
});

test("it stops when it is told to, and the rest stays", async () => {
  const { endpoint, given, lying } = await setUp("a", "b", "c");
  expect(await redriveEach({ ...given, onMoved: async () => false })).toEqual({ moved: 1, stopped: true });
  expect(lying("queue")).toEqual(["a"]);
  expect(endpoint.queues.count("letters")).toEqual({ ready: 2, delayed: 0, inFlight: 0 });
});

test("a message that came since it began is left, and may stop it", async () => {
  const { given, lying, send } = await setUp("a", "b");
  const startedAt = Date.now() + 1;
  await new Promise((resolve) => setTimeout(resolve, 5));
  const returned: string[] = [];
  const result = await redriveEach({
    ...given,
    startedAt,
    batchSize: 1,
    async onMoved({ body }) {
      if (body === "a") await send("a again");
      return true;
    },
    onReturned({ body }) {
      returned.push(body);
      return false;
    },
  });
  expect([result, returned]).toEqual([{ moved: 2, stopped: true }, ["a again"]]);
  expect([lying("queue"), lying("letters")]).toEqual([["a", "b"], ["a again"]]);
});

test("a crash between the copy and the deletion doubles one message and loses none", async () => {
  const { endpoint, given, lying, sqs } = await setUp("a", "b", "c");
  const dying = {
    ...sqs,
    send: (command: { constructor: unknown }) =>
      command instanceof DeleteMessageCommand
        ? Promise.reject(new Error("the power is gone"))
        : sqs.send(command as SendMessageCommand),
  } as unknown as typeof sqs;
  await expect(redriveEach({ ...given, sqs: dying })).rejects.toThrow("the power is gone");
  expect(lying("queue")).toEqual(["a"]);
  expect(lying("letters").sort()).toEqual(["a", "b", "c"]);
  expect(endpoint.queues.count("letters")).toMatchObject({ delayed: 0 });
});

test("a copy that was not accepted leaves the original", async () => {
  const { given, lying } = await setUp("a");
  await expect(redriveEach({ ...given, toUrl: `${given.toUrl}-gone` })).rejects.toThrow();
  expect(lying("letters")).toEqual(["a"]);
});

test("without a place to go to, what is wanted is deleted, and nothing else", async () => {
  const { given, lying } = await setUp("poison", "b");
  const isWanted = ({ body }: { body: string }) => body === "poison";
  expect(await redriveEach({ ...given, toUrl: undefined, isWanted })).toEqual({ moved: 1, stopped: false });
  expect([lying("letters"), lying("queue")]).toEqual([["b"], []]);
});

test("all of a dead-letter queue by SQS's own move", async () => {
  const { given, lying, sqs } = await setUp("a", "b");
  const arnOf = async (QueueUrl: string) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }))).Attributes
      ?.QueueArn ?? "";
  const [sourceArn, destinationArn] = [await arnOf(given.fromUrl), await arnOf(given.toUrl)];
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: sourceArn, maxReceiveCount: 5 });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: given.toUrl, Attributes: { RedrivePolicy } }));
  const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
  expect(await redriveAll({ sqs, sourceArn, destinationArn, rate: 500, pause })).toBe(2);
  expect([lying("letters"), lying("queue")]).toEqual([[], ["a", "b"]]);
});
