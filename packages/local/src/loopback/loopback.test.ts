// The SDK without a socket: the same answers, the same errors, and a lost answer is tried again as over the wire.
import { MessageChannel } from "node:worker_threads";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AnswerLost, type AwsEndpoint, startAwsEndpoint, type WireRequest } from "@order-saga/emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { throughLoopback } from "./client.ts";
import type { Answer } from "./handler.ts";
import { answerThrough, askThrough } from "./port.ts";

let aws: AwsEndpoint;
beforeAll(async () => {
  aws = await startAwsEndpoint({ port: 0, directory: undefined });
});
afterAll(() => aws.stop());

const config = () => ({
  endpoint: aws.url,
  region: "eu-west-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
const nameOfError = (error: unknown) => (error as Error).name;

/** A client over a port, as in a service's thread, and every request it made. */
function overPort(answer: Answer = aws.answer) {
  const { port1, port2 } = new MessageChannel();
  const requests: WireRequest[] = [];
  answerThrough(port1, (request) => {
    requests.push(request);
    return answer(request);
  });
  const sqs = throughLoopback(new SQSClient(config()), askThrough(port2));
  return { sqs, requests, close: () => port2.close() };
}

test("an error of a service has the name it has over the wire", async () => {
  const { sqs, close } = overPort();
  const wire = new SQSClient(config());
  const command = () => new GetQueueUrlCommand({ QueueName: "nobody" });
  const [ours, theirs] = await Promise.all([
    sqs.send(command()).catch(nameOfError),
    wire.send(command()).catch(nameOfError),
  ]);
  expect(ours).toBe("QueueDoesNotExist");
  expect(ours).toBe(theirs);
  close();
});

test("no request is signed, and none opens a socket", async () => {
  const dynamodb = throughLoopback(
    new DynamoDBClient({ ...config(), endpoint: "http://127.0.0.1:1" }),
    aws.answer,
  );
  const input = { TableName: "none", Key: { pk: { S: "1" } } };
  expect(await dynamodb.send(new GetItemCommand(input)).catch(nameOfError)).toBe("ResourceNotFoundException");
  const { sqs, requests, close } = overPort();
  await sqs.send(new GetQueueUrlCommand({ QueueName: "nobody" })).catch(() => {});
  expect(requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  close();
});

test("nobody asks for credentials that would sign nothing", async () => {
  let asked = 0;
  const credentials = async () => ({ accessKeyId: "local", secretAccessKey: `local-${++asked}` });
  const sqs = throughLoopback(new SQSClient({ ...config(), credentials }), aws.answer);
  const name = await sqs.send(new GetQueueUrlCommand({ QueueName: "nobody" })).catch(nameOfError);
  expect({ name, asked }).toEqual({ name: "QueueDoesNotExist", asked: 0 });
});

test("a lost answer looks like a connection that was cut: the SDK asks again", async () => {
  let lost = 0;
  const { sqs, requests, close } = overPort(async (request) => {
    if (lost++ === 0) throw new AnswerLost("The queue was looked up.");
    return aws.answer(request);
  });
  expect(await sqs.send(new GetQueueUrlCommand({ QueueName: "nobody" })).catch(nameOfError)).toBe(
    "QueueDoesNotExist",
  );
  expect(requests).toHaveLength(2);
  close();
});

test("a failure of the endpoint itself reaches the caller", async () => {
  const { sqs, close } = overPort(async () => {
    throw new Error("The disk is full.");
  });
  await expect(sqs.send(new GetQueueUrlCommand({ QueueName: "nobody" }))).rejects.toThrow("The disk is full");
  close();
});
