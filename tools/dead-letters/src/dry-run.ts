// Tries dead letters on a copy: this disk's code over copies of records, payments and faults.
import { CreateEventBusCommand } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { type AwsEndpoint, type PaymentRecords, startAwsEndpoint } from "@order-saga/emulator";
import { ACCOUNT_ID, arnOf, awsClients, awsEnvironment, REGION } from "@order-saga/local/aws";
import { type ClockOffset, createClockOffset } from "@order-saga/local/clock";
import { type FaultBoard, openFaultBoard } from "@order-saga/local/faults/board";
import type { GivenFault } from "@order-saga/local/faults/fault";
import { endpointFaults, invocationFault } from "@order-saga/local/faults/injection";
import { withInvocationFaults } from "@order-saga/local/lambda/faulty-invoke";
import { startSandbox } from "@order-saga/local/lambda/sandbox";
import { mailAccount } from "@order-saga/local/mail-account";
import { provisionTable } from "@order-saga/local/provision";
import { BUS_NAME, functionsFolder } from "@order-saga/local/source-folders";
import type { ServiceManifest } from "@order-saga/messaging";
import { environmentOf, type ReactionResources } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { failedIds } from "@order-saga/worker/batch-response";
import { toRecord } from "@order-saga/worker/record";
import type { SQSEvent } from "aws-lambda";
import type { Item } from "./records.ts";
import type { DryRun } from "./types.ts";
import { type Copied, changesBetween, judge } from "./verdict.ts";

type Trial = {
  reaction: ReactionResources;
  messages: readonly { messageId: string; body: string }[];
  /** The records of the messages' orders, as they lie in the service's table. */
  items: readonly Item[];
  payments: PaymentRecords;
  /** What is on in the laptop; what is used up already is left out. */
  faults: readonly GivenFault[];
  seed: number;
  clock?: ClockOffset;
  /** The URL of a function's source, if it is not the service's own. */
  fileOf?: (functionName: string) => string;
};

export async function dryRun(trial: Trial): Promise<DryRun[]> {
  const closers: (() => Promise<void>)[] = [];
  try {
    const copy = await startCopy(trial, closers);
    const runs: DryRun[] = [];
    // One after the other, as a redrive would: a message finds what the one before it changed.
    for (const message of trial.messages) runs.push(await runMessage(copy, message));
    return runs;
  } catch (error) {
    if (!(error instanceof CodeDoesNotLoad)) throw error;
    return trial.messages.map(({ messageId }) => ({
      messageId,
      verdict: "fails again",
      words: error.message,
      says: [],
      changes: [],
    }));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** The source on the disk is no valid program, so a redrive would fail too. */
class CodeDoesNotLoad extends Error {
  override readonly name = "CodeDoesNotLoad";
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

type Copy = {
  reaction: ReactionResources;
  faults: FaultBoard;
  /** The types of the events that were put on the copy's bus. */
  said: string[];
  /** The names of the errors that the function logged. */
  errors: string[];
  invoke: (event: SQSEvent) => Promise<unknown>;
  state(): Promise<Copied>;
  parked(): ReturnType<AwsEndpoint["queues"]["messages"]>;
};

async function startCopy(trial: Trial, closers: (() => Promise<void>)[]): Promise<Copy> {
  const { reaction } = trial;
  const service = services.find(({ name }) => name === reaction.service);
  if (!service) throw new Error(`there is no service ${reaction.service}`);
  const faults = openFaultBoard(undefined);
  if (trial.faults.length > 0) faults.set(trial.faults, trial.seed);
  const aws = await startAwsEndpoint({
    port: 0,
    directory: undefined,
    region: REGION,
    accountId: ACCOUNT_ID,
    ses: mailAccount,
    faults: endpointFaults(faults, () => undefined),
  });
  closers.push(() => aws.stop());
  const { deadLetterQueueUrl, dynamodb } = await fillCopy(trial, service, aws);
  const said: string[] = [];
  aws.onEvent((event) => said.push(event["detail-type"]));
  const errors: string[] = [];
  const environment = await startFunction(trial, service, { aws, deadLetterQueueUrl, errors });
  closers.push(() => environment.stop());
  return {
    reaction,
    faults,
    said,
    errors,
    invoke: withInvocationFaults(
      (event) => environment.invoke(reaction.manifest.name, event),
      (event) => invocationFault(faults, reaction.manifest.name, event),
    ),
    state: async () => ({
      items: await scan(dynamodb, service.name),
      intents: aws.payments.intents(),
      mails: aws.mails().map(({ headers }) => headers["x-order-mail"] ?? "a mail"),
    }),
    parked: () => aws.queues.messages(reaction.deadLetterQueue.name),
  };
}

/** Makes what the function needs, with the records of the trial. */
async function fillCopy(trial: Trial, service: ServiceManifest, aws: AwsEndpoint) {
  const clients = awsClients(aws.url);
  const dynamodb = DynamoDBDocumentClient.from(clients.dynamodb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  await provisionTable(service, clients.dynamodb);
  await clients.eventBridge.send(new CreateEventBusCommand({ Name: BUS_NAME }));
  const QueueName = trial.reaction.deadLetterQueue.name;
  const { QueueUrl = "" } = await clients.sqs.send(new CreateQueueCommand({ QueueName }));
  for (const Item of trial.items)
    await dynamodb.send(new PutCommand({ TableName: service.name, Item: { ...Item } }));
  aws.payments.adopt(trial.payments);
  return { deadLetterQueueUrl: QueueUrl, dynamodb };
}

function startFunction(
  trial: Trial,
  service: ServiceManifest,
  copy: { aws: AwsEndpoint; deadLetterQueueUrl: string; errors: string[] },
) {
  const { aws, deadLetterQueueUrl, errors } = copy;
  const { manifest } = trial.reaction;
  return startSandbox({
    service: service.name,
    functions: [
      {
        name: manifest.name,
        timeoutSeconds: manifest.timeoutSeconds,
        memoryMegabytes: manifest.memoryMegabytes,
        environment: environmentOf(service, manifest, {
          value: (name) => secretsOfCopy(aws.url)[name] ?? service.settings[name] ?? "",
          tableName: (name) => name,
          busName: BUS_NAME,
          bucketName: () => service.bucket?.name ?? "",
          queueUrl: () => deadLetterQueueUrl,
        }),
      },
    ],
    fileOf: trial.fileOf ?? ((name) => new URL(`${name}.ts`, functionsFolder(service.name)).href),
    environment: awsEnvironment(aws.url),
    clock: trial.clock ?? createClockOffset(),
    answers: { aws: aws.call, stripe: aws.payments.answer },
    onLog: (line) => void errors.push(...errorIn(line)),
    onCrash: () => {},
  }).catch((error) => {
    throw new CodeDoesNotLoad(`The code of ${service.name} does not load: ${messageOf(error)}.`);
  });
}

async function runMessage(copy: Copy, message: Trial["messages"][number]): Promise<DryRun> {
  const { errors, faults, reaction, said } = copy;
  const before = await copy.state();
  const parkedBefore = copy.parked().length;
  said.length = 0;
  errors.length = 0;
  const failure = await failureOf(copy, message);
  const letter = copy.parked().at(parkedBefore);
  const strikes = faults.list().filter(({ hits }) => hits > 0);
  return {
    messageId: message.messageId,
    ...judge({
      reaction: reaction.manifest.name,
      failure,
      parked: letter && {
        errorName: letter.attributes.errorName,
        errorMessage: letter.attributes.errorMessage,
      },
      strikes: strikes.map(({ kind }) => kind),
      says: [...said],
      changes: changesBetween(before, await copy.state()),
    }),
  };
}

/** Why the function did not settle the message; undefined if it did. */
async function failureOf(
  { errors, faults, invoke, reaction }: Copy,
  message: Trial["messages"][number],
): Promise<string | undefined> {
  const record = toRecord(
    {
      MessageId: message.messageId,
      Body: message.body,
      Attributes: { ApproximateReceiveCount: "1", SentTimestamp: String(Date.now()) },
    },
    { queueArn: arnOf(reaction.queue.name), region: REGION },
  );
  try {
    const failed = failedIds(await invoke({ Records: [record] }), [record]);
    if (!failed.has(message.messageId)) return undefined;
    // The line may still be on its way from the function's thread.
    for (let wait = 0; wait < 20 && errors.length === 0; wait++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    return errors[0] ?? (faults.list().some(({ hits }) => hits > 0) ? "a fault is on" : "an error");
  } catch (error) {
    return messageOf(error);
  }
}

/** The copy reaches no other system, so any secrets will do. */
function secretsOfCopy(url: string): Readonly<Record<string, string>> {
  return { STRIPE_API_URL: url, STRIPE_API_KEY: "sk_test_copy", ORDER_ID_SECRET: "copy" };
}

function errorIn(line: string): string[] {
  const name = /"errorName":"([\w.]+)"/.exec(line)?.[1];
  return name === undefined ? [] : [name];
}

async function scan(client: DynamoDBDocumentClient, TableName: string): Promise<Item[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return Items;
}
