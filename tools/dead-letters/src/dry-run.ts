// Tries dead letters on a copy: the reaction's own function, from the disk as it is now, over copies of its records, of
// the provider's and of the faults that are on. Nothing it does leaves the copy.
import { CreateEventBusCommand } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { DryRun } from "@order-saga/console/wire";
import { type AwsEndpoint, type PaymentRecords, startAwsEndpoint } from "@order-saga/emulator";
import { ACCOUNT_ID, arnOf, awsClients, awsEnvironment, REGION } from "@order-saga/local/aws";
import { type ClockOffset, createClockOffset } from "@order-saga/local/clock";
import { openFaultBoard } from "@order-saga/local/faults/board";
import type { GivenFault } from "@order-saga/local/faults/fault";
import { endpointFaults, invocationFault } from "@order-saga/local/faults/strikes";
import { failedIds } from "@order-saga/local/lambda/batch-response";
import { withInvocationFaults } from "@order-saga/local/lambda/faulty-invoke";
import { toRecord } from "@order-saga/local/lambda/record";
import { startSandbox } from "@order-saga/local/lambda/sandbox";
import { provisionTable } from "@order-saga/local/provision";
import { BUS_NAME, functionsFolder } from "@order-saga/local/services";
import { environmentOf, type ReactionResources } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import type { Item } from "./records.ts";
import { type Copied, changesBetween, judge } from "./verdict.ts";

export type Trial = {
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
    // One after the other, as a redrive would: what the first changes the second finds.
    for (const message of trial.messages) runs.push(await copy.run(message));
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

/** What lies on the disk is no program, so a redrive would fail too. */
class CodeDoesNotLoad extends Error {
  override readonly name = "CodeDoesNotLoad";
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function startCopy(trial: Trial, closers: (() => Promise<void>)[]) {
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
    faults: endpointFaults(faults, () => undefined),
  });
  closers.push(() => aws.stop());
  const clients = awsClients(aws.url);
  const dynamodb = DynamoDBDocumentClient.from(clients.dynamodb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  await provisionTable(service, clients.dynamodb);
  await clients.eventBridge.send(new CreateEventBusCommand({ Name: BUS_NAME }));
  const deadLetterQueue = reaction.deadLetterQueue.name;
  const { QueueUrl = "" } = await clients.sqs.send(new CreateQueueCommand({ QueueName: deadLetterQueue }));
  for (const Item of trial.items)
    await dynamodb.send(new PutCommand({ TableName: service.name, Item: { ...Item } }));
  aws.payments.adopt(trial.payments);
  const said: string[] = [];
  aws.onEvent((event) => said.push(event["detail-type"]));
  const errors: string[] = [];
  const sandbox = await startSandbox({
    service: service.name,
    functions: [
      {
        name: reaction.manifest.name,
        timeoutSeconds: reaction.manifest.timeoutSeconds,
        memoryMegabytes: reaction.manifest.memoryMegabytes,
        environment: environmentOf(service, reaction.manifest, {
          value: (name) => secretsOfCopy(aws.url)[name] ?? service.settings[name] ?? "",
          tableName: (name) => name,
          busName: BUS_NAME,
          queueUrl: () => QueueUrl,
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
  closers.push(() => sandbox.stop());
  const invoke = withInvocationFaults(
    (event) => sandbox.invoke(reaction.manifest.name, event),
    (event) => invocationFault(faults, reaction.manifest.name, event),
  );
  const state = async (): Promise<Copied> => ({
    items: await scan(dynamodb, service.name),
    intents: aws.payments.intents(),
    mails: aws.mails().map(({ headers }) => headers["x-order-mail"] ?? "a mail"),
  });

  async function run(message: Trial["messages"][number]): Promise<DryRun> {
    const { before, parkedBefore } = { before: await state(), parkedBefore: parked(aws).length };
    said.length = 0;
    errors.length = 0;
    const record = toRecord(
      {
        MessageId: message.messageId,
        Body: message.body,
        Attributes: { ApproximateReceiveCount: "1", SentTimestamp: String(Date.now()) },
      },
      { queueArn: arnOf(reaction.queue.name), region: REGION },
    );
    let failure: string | undefined;
    try {
      const failed = failedIds(await invoke({ Records: [record] }), [record]);
      if (failed.has(message.messageId)) {
        // The line may still be on its way from the function's thread.
        for (let wait = 0; wait < 20 && errors.length === 0; wait++)
          await new Promise((resolve) => setTimeout(resolve, 5));
        failure = errors[0] ?? (faults.list().some(({ hits }) => hits > 0) ? "a fault is on" : "an error");
      }
    } catch (error) {
      failure = messageOf(error);
    }
    const letter = parked(aws).at(parkedBefore);
    const strikes = faults
      .list()
      .filter(({ hits }) => hits > 0)
      .map(({ kind }) => kind);
    return {
      messageId: message.messageId,
      ...judge({
        reaction: reaction.manifest.name,
        failure,
        parked: letter && {
          errorName: letter.attributes.errorName,
          errorMessage: letter.attributes.errorMessage,
        },
        strikes,
        says: [...said],
        changes: changesBetween(before, await state()),
      }),
    };
  }
  return { run };

  function parked({ queues }: AwsEndpoint) {
    return queues.messages(deadLetterQueue);
  }
}

/** The copy talks to nobody else, so its secrets are its own. */
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
