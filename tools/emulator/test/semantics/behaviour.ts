// Runs one test per behaviour of AWS, on the emulator or on the endpoint in `AWS_SEMANTICS_ENDPOINT`;
// `aws` there is AWS itself, with the credentials of the shell.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeEventBusCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SESClient } from "@aws-sdk/client-ses";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, test, vi } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../../src/endpoint.ts";
import type { Source } from "./sources.ts";

const elsewhere = process.env.AWS_SEMANTICS_ENDPOINT;

export type World = ReturnType<typeof clients> & {
  url: string;
  /** A name no other run has used. */
  unique(what: string): string;
  /** `arn:aws:events:<region>:<account>:`, from the endpoint's own answer. */
  eventsArn(): Promise<string>;
  /** Only in a behaviour that needs the emulator: moves its clock. */
  passSeconds(seconds: number): Promise<void>;
  /** Only in a behaviour that needs the emulator. */
  emulator(): AwsEndpoint;
  /** Only in a behaviour that needs the emulator: the SQS error of each queue that refuses deliveries. */
  refusing: Map<string, string>;
  /** Only in a behaviour that needs the emulator: how old what an eventually consistent read shows may be. */
  replicas: { lagMilliseconds: number };
};

const region = process.env.AWS_REGION ?? "eu-west-1";

function clients(url: string) {
  const credentials = elsewhere ? undefined : { accessKeyId: "test", secretAccessKey: "test" };
  const endpoint = url === "aws" ? undefined : url;
  const config = {
    ...(endpoint && { endpoint }),
    region,
    maxAttempts: 1,
    ...(credentials && { credentials }),
  };
  return {
    dynamodb: new DynamoDBClient(config),
    eventBridge: new EventBridgeClient(config),
    s3: new S3Client(config),
    ses: new SESClient(config),
    sqs: new SQSClient(config),
  };
}

let world: World | undefined;
let absence: string | undefined;

/** An implementation by Amazon itself: how to start it, or why it is absent. */
export type Other = {
  name: "DynamoDB Local";
  start(): Promise<{ url: string; stop(): void } | { absent: string }>;
};
let other: Other | undefined;

/** Instead of `onAnEndpoint()`: runs the behaviours on another implementation, or skips them. */
export function onAnother(implementation: Other): void {
  let running: { url: string; stop(): void } | undefined;
  other = implementation;
  beforeAll(async () => {
    const started = elsewhere ? { absent: "another endpoint is asked for" } : await implementation.start();
    if ("absent" in started) {
      absence = started.absent;
      console.warn(`Skipped on ${implementation.name}: everything, because ${absence}.`);
    } else {
      running = started;
      world = createWorld(started.url);
    }
  });
  afterAll(() => {
    running?.stop();
    other = absence = world = undefined;
  });
}

export type Behaviour = { name: string; check: (world: World) => Promise<void> };
let collected: Behaviour[] | undefined;

/** The behaviours of the files that are loaded, to be run by whoever collects them and not as tests. */
export async function collect(load: () => Promise<unknown>): Promise<Behaviour[]> {
  const behaviours: Behaviour[] = [];
  collected = behaviours;
  await load();
  collected = undefined;
  return behaviours;
}

/** To be called by each file with behaviours: starts a persistent endpoint for the file's tests. */
export function onAnEndpoint(): void {
  if (collected) return;
  let endpoint: AwsEndpoint | undefined;
  let directory: string | undefined;
  beforeAll(async () => {
    const refusing = new Map<string, string>();
    const replicas = { lagMilliseconds: 0 };
    if (!elsewhere) {
      // Both the queues' clock (Date) and the endpoint's `now` follow the fake Date.
      vi.useFakeTimers({ toFake: ["Date"] });
      const delivery = ({ queueArn }: { queueArn: string }) => {
        const refusedWith = refusing.get(queueArn);
        return refusedWith === undefined ? undefined : { refusedWith };
      };
      directory = mkdtempSync(join(tmpdir(), "semantics-"));
      endpoint = await startAwsEndpoint({
        port: 0,
        directory,
        region,
        faults: { delivery, staleReads: () => lagging(replicas) },
        secretAccessKey: "test",
        ses: { verified: ["shop@example.com"] },
      });
    }
    world = createWorld(elsewhere ?? endpoint?.url ?? "", endpoint, refusing, replicas);
  });
  afterAll(async () => {
    await endpoint?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true });
    vi.useRealTimers();
  });
}

function lagging({ lagMilliseconds }: World["replicas"]) {
  if (lagMilliseconds === 0) return undefined;
  return { withinMilliseconds: lagMilliseconds, ageMilliseconds: () => lagMilliseconds };
}

export function createWorld(
  url: string,
  endpoint?: AwsEndpoint,
  refusing = new Map<string, string>(),
  replicas = { lagMilliseconds: 0 },
): World {
  const made = clients(url);
  const emulator = () => {
    if (!endpoint) throw new Error("Only a behaviour that needs the emulator may ask for it.");
    return endpoint;
  };
  return {
    ...made,
    url,
    // By this name the weekly run finds what it has to delete in a real account.
    unique: (what) => `${elsewhere ? "semantics-" : ""}${what}-${randomUUID().slice(0, 13)}`,
    async eventsArn() {
      const { Arn = "" } = await made.eventBridge.send(new DescribeEventBusCommand({}));
      return Arn.replace(/event-bus\/.*/, "");
    },
    async passSeconds(seconds) {
      vi.setSystemTime(Date.now() + seconds * 1000);
      await emulator().retryDue();
    },
    emulator,
    refusing,
    replicas,
  };
}

type Options = {
  /** Moves the clock or reads the endpoint's state, so it is skipped on another endpoint. */
  needs?: "emulator";
  /** Why npm's copy of DynamoDB Local, of January 2020, differs from AWS today. */
  notInDynamoDbLocal?: string;
};

/** The name states what AWS does; the source is the document that says so. */
export function behaviour(
  name: string,
  _source: Source,
  check: (world: World) => Promise<void>,
  options: Options = {},
): void {
  if (collected) return void collected.push({ name, check });
  test(name, async ({ skip }) => {
    if (absence !== undefined) skip(absence);
    const reason = whyNot(options);
    if (reason !== undefined) {
      console.warn(`Skipped on ${other?.name ?? elsewhere}: "${name}", because ${reason}.`);
      skip(reason);
    }
    if (!world) throw new Error("onAnEndpoint() was not called in this file.");
    await check(world);
  });
}

function whyNot({ needs, notInDynamoDbLocal }: Options): string | undefined {
  if ((elsewhere || other) && needs === "emulator")
    return "it moves the clock or looks inside, which only the emulator allows";
  return other ? notInDynamoDbLocal : undefined;
}
