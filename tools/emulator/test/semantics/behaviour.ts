// One test per behaviour of AWS, with its source, on the emulator or on the endpoint that `AWS_SEMANTICS_ENDPOINT` names.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeEventBusCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
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
  /** Only in a behaviour that needs the emulator: moves its clock, and waits for no one. */
  passSeconds(seconds: number): Promise<void>;
  /** Only in a behaviour that needs the emulator. */
  emulator(): AwsEndpoint;
  /** Only in a behaviour that needs the emulator: the queues that refuse what EventBridge delivers, with an SQS error. */
  refusing: Map<string, string>;
};

const region = process.env.AWS_REGION ?? "eu-west-1";

function clients(url: string) {
  const credentials = elsewhere ? undefined : { accessKeyId: "test", secretAccessKey: "test" };
  const config = { endpoint: url, region, maxAttempts: 1, ...(credentials && { credentials }) };
  return {
    dynamodb: new DynamoDBClient(config),
    eventBridge: new EventBridgeClient(config),
    ses: new SESClient(config),
    sqs: new SQSClient(config),
  };
}

let world: World | undefined;
let absence: string | undefined;

/** An implementation by Amazon itself: where it is, or why it is not here. */
export type Other = {
  name: "DynamoDB Local";
  start(): Promise<{ url: string; stop(): void } | { absent: string }>;
};
let other: Other | undefined;

/** In place of `onAnEndpoint()`: the same behaviours on the other implementation, or skipped with a printed reason. */
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
  afterAll(() => running?.stop());
}

/** What a file with behaviours calls first: its endpoint, which keeps everything on disk, is there from before its first test until after its last. */
export function onAnEndpoint(): void {
  let endpoint: AwsEndpoint | undefined;
  let directory: string | undefined;
  beforeAll(async () => {
    const refusing = new Map<string, string>();
    if (!elsewhere) {
      // The queues follow Date, everything else follows `now`, which is Date's too.
      vi.useFakeTimers({ toFake: ["Date"] });
      const delivery = ({ queueArn }: { queueArn: string }) => {
        const refusedWith = refusing.get(queueArn);
        return refusedWith === undefined ? undefined : { refusedWith };
      };
      directory = mkdtempSync(join(tmpdir(), "semantics-"));
      endpoint = await startAwsEndpoint({ port: 0, directory, region, faults: { delivery } });
    }
    world = createWorld(elsewhere ?? endpoint?.url ?? "", endpoint, refusing);
  });
  afterAll(async () => {
    await endpoint?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true });
    vi.useRealTimers();
  });
}

function createWorld(url: string, endpoint?: AwsEndpoint, refusing = new Map<string, string>()): World {
  const made = clients(url);
  const emulator = () => {
    if (!endpoint) throw new Error("Only a behaviour that needs the emulator may ask for it.");
    return endpoint;
  };
  return {
    ...made,
    url,
    unique: (what) => `${what}-${randomUUID().slice(0, 13)}`,
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
  };
}

type Options = {
  /** The clock must be moved, or the endpoint looked into; skipped on another endpoint. */
  needs?: "emulator";
  /** What AWS does by now and the copy of DynamoDB Local that npm has, of January 2020, does not. */
  notInDynamoDbLocal?: string;
};

/** The name says what AWS does; the source, where AWS says so. */
export function behaviour(
  name: string,
  _source: Source,
  check: (world: World) => Promise<void>,
  options: Options = {},
): void {
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
