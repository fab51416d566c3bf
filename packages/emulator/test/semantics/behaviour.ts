// One test per behaviour of AWS, with its source, on the emulator or on the endpoint that `AWS_SEMANTICS_ENDPOINT` names.
import { randomUUID } from "node:crypto";
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

/** What a file with behaviours calls first: its endpoint is there from before its first test until after its last. */
export function onAnEndpoint(): void {
  let endpoint: AwsEndpoint | undefined;
  beforeAll(async () => {
    if (!elsewhere) {
      // The queues follow Date, everything else follows `now`, which is Date's too.
      vi.useFakeTimers({ toFake: ["Date"] });
      endpoint = await startAwsEndpoint({ port: 0, directory: undefined, region });
    }
    world = createWorld(elsewhere ?? endpoint?.url ?? "", endpoint);
  });
  afterAll(async () => {
    await endpoint?.stop();
    vi.useRealTimers();
  });
}

function createWorld(url: string, endpoint: AwsEndpoint | undefined): World {
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
  };
}

type Options = {
  /** The clock must be moved, or the endpoint looked into; skipped on another endpoint. */
  needs?: "emulator";
};

/** The name says what AWS does; the source, where AWS says so. */
export function behaviour(
  name: string,
  _source: Source,
  check: (world: World) => Promise<void>,
  { needs }: Options = {},
): void {
  test(name, async ({ skip }) => {
    if (elsewhere && needs === "emulator") {
      const reason = "it moves the clock or looks inside, which only the emulator allows";
      console.warn(`Skipped on ${elsewhere}: "${name}", because ${reason}.`);
      skip(reason);
    }
    if (!world) throw new Error("onAnEndpoint() was not called in this file.");
    await check(world);
  });
}
