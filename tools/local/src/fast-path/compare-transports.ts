// For tests: the same commands sent twice, by the SDK over HTTP and handed over between threads, and both
// outcomes.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { MessageChannel } from "node:worker_threads";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SESClient } from "@aws-sdk/client-ses";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { AnswerLost, type Call, type CallAnswer } from "@order-saga/emulator";
import { throughLoopback } from "./client.ts";
import { openThreadChannel } from "./thread-channel.ts";
import { type Answered, type Asked, answerWith, openRequests } from "./thread-requests.ts";

export type Service = Call["service"];
export type Command = { input: object };
export type Clients = Record<Service, { send(command: never): Promise<unknown>; config: object }>;

export function clientsAt(endpoint: string): Clients {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const config = { endpoint, region: "eu-west-1", credentials };
  return {
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient(config), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    eventbridge: new EventBridgeClient(config),
    ses: new SESClient({ ...config, maxAttempts: 1 }),
    sqs: new SQSClient(config),
  };
}

/** The clients with the short way, whose requests go through a port as between threads. */
export function handingOver(clients: Clients, answer: (call: Call) => Promise<CallAnswer>) {
  const { port1, port2 } = new MessageChannel();
  const calls: Call[] = [];
  const aws = (call: Call) => {
    calls.push(call);
    return answer(call);
  };
  const runtime = openThreadChannel<Answered, Asked>(
    port1,
    (asked) => void answerWith({ aws }, asked).then(runtime.say),
  );
  const { ask, hear } = openRequests((asked) => service.say(asked));
  const service = openThreadChannel<Asked, Answered>(port2, hear);
  for (const [name, client] of Object.entries(clients))
    throughLoopback(name as Service, client, (call) => ask("aws", call));
  return { clients, calls, close: () => port1.close() };
}

/** Answers by turns, the last of them again and again; "lost" is none at all. */
export type Script = readonly (CallAnswer | "lost")[];

/**
 * What both ways come to where every request is answered by the script; how often each asked, and how many
 * tries its retry strategy would still allow.
 */
export async function byScript(service: Service, command: () => Command, script: Script, sends = 1) {
  const turns = () => {
    let asked = 0;
    return { next: () => script[Math.min(asked++, script.length - 1)] ?? "lost", asked: () => asked };
  };
  const [wireTurns, handedTurns] = [turns(), turns()];
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const answer = wireTurns.next();
    if (answer === "lost") return void response.destroy();
    const { body, headers, status } = answer;
    response.writeHead(status, { "x-amzn-requestid": "r-1", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const wire = clientsAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  // No server listens at this address: what is not handed over fails differently than over HTTP.
  const handed = handingOver(clientsAt("http://127.0.0.1:1"), async () => {
    const answer = handedTurns.next();
    if (answer === "lost") throw new AnswerLost("The answer is lost.");
    return answer;
  });
  try {
    const clients = [wire[service], handed.clients[service]];
    const outcomes = await Promise.all(
      clients.map(async (client) => {
        const all = [];
        for (let sent = 0; sent < sends; sent++) all.push(await outcomeOf(client.send(command() as never)));
        return all;
      }),
    );
    return {
      outcomes,
      asked: [wireTurns.asked(), handedTurns.asked()],
      capacities: await Promise.all(clients.map(({ config }) => capacityOf(config as Configured))),
    };
  } finally {
    server.closeAllConnections();
    server.close();
    handed.close();
  }
}

type Configured = { retryStrategy(): Promise<{ getCapacity(): number }> };
const capacityOf = async (config: Configured) => (await config.retryStrategy()).getCapacity();

/** What a caller can see of a result or an error, but for what is different each time. */
export async function outcomeOf(sent: Promise<unknown>) {
  try {
    return { result: comparable(await sent) };
  } catch (error) {
    const { message, name } = error as Error;
    return {
      thrown: (error as object).constructor,
      name,
      message,
      fields: comparable({ ...(error as object) }),
    };
  }
}

/** Names that are made up by who answers, and the random time between two tries. */
const madeUp = new Set(["requestId", "RequestId", "EventId", "MessageId", "totalRetryDelay"]);

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (value === null || typeof value !== "object" || value.constructor !== Object) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.map(([name, each]) => [name, madeUp.has(name) ? typeof each : comparable(each)]),
  );
}
