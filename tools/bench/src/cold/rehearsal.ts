// Plays two orders through the shipped functions on the embedded cloud, so that each function's first invocation is known.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { DomainEvent } from "@order-saga/contracts";
import { startAwsEndpoint } from "@order-saga/emulator";
import { provision } from "@order-saga/local/provision";
import { BUS_NAME } from "@order-saga/local/services";
import { functionsOf } from "@order-saga/messaging";
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { aBatch, testContext } from "@order-saga/messaging/testing";
import { environmentOf } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { type Exchange, type Recording, startRecorder } from "./recording.ts";

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
type Answer = { statusCode: number; body: string };

const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** What every process of a function is given: credentials as Lambda has them, and where AWS is. */
export const awsEnvironment = (url: string): Record<string, string> => ({
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_SESSION_TOKEN: "local",
  AWS_ENDPOINT_URL: url,
});

/** A function's own environment, with the provider at `url`. */
export function environmentsAt(url: string): ReadonlyMap<string, Record<string, string>> {
  const values: Record<string, string> = {
    STRIPE_API_URL: url,
    STRIPE_API_KEY: "sk_test_bench",
    ORDER_ID_SECRET: "a secret of the benchmark",
    VERSION: "bench",
  };
  return new Map(
    services.flatMap((service) =>
      functionsOf(service).map((manifest) => [
        `${service.name}-${manifest.name}`,
        environmentOf(service, manifest, {
          value: (name) => values[name] ?? service.settings[name] ?? "",
          tableName: (name) => name,
          busName: BUS_NAME,
          queueUrl: (name) => `${url}/000000000000/${name}`,
        }),
      ]),
    ),
  );
}

/** The first invocation of every function, with every answer it got. Throws if a function was never invoked. */
export async function rehearse(): Promise<readonly Recording[]> {
  const now = Date.now();
  const cloud = await startAwsEndpoint({ port: 0, directory: undefined });
  let exchanges: Exchange[] = [];
  let said: DomainEvent[] = [];
  const recorder = await startRecorder(cloud.url, (exchange, body) => {
    exchanges.push(exchange);
    if (exchange.call === "AWSEvents.PutEvents") {
      const { Entries } = JSON.parse(body) as { Entries: { Detail: string }[] };
      said.push(...Entries.map(({ Detail }) => JSON.parse(Detail) as DomainEvent));
    }
  });
  const config = { endpoint: cloud.url, region: "eu-west-1", credentials };
  await provision(services, {
    dynamodb: new DynamoDBClient(config),
    eventBridge: new EventBridgeClient(config),
    sqs: new SQSClient(config),
  });
  Object.assign(process.env, awsEnvironment(recorder.url));
  const environments = environmentsAt(recorder.url);
  const recordings = new Map<string, Recording>();

  async function invoke(name: string, event: unknown): Promise<Answer> {
    const [service = "", ...words] = name.split("-");
    const variables = environments.get(name) ?? {};
    Object.assign(process.env, variables);
    const { create } = (await import(`@order-saga/${service}/functions/${words.join("-")}`)) as {
      create: (sandbox: ExecutionEnvironment) => Handler;
    };
    const sandbox = { ...lambda, variable: (each: string) => variables[each], write() {}, now: () => now };
    exchanges = [];
    const result = (await create(sandbox)(event, testContext)) as Answer;
    if (!recordings.has(name)) recordings.set(name, { name, event, now, exchanges });
    return result;
  }

  /** Lets everybody hear what was said, and what they say then, except those who are deaf to it. */
  async function settle(isDeaf: (queue: string) => boolean = () => false): Promise<DomainEvent[]> {
    const unheard: DomainEvent[] = [];
    for (let event = said.shift(); event; event = said.shift()) {
      for (const service of services) {
        for (const reaction of service.reactions) {
          const queue = `${service.name}-${reaction.name}`;
          if (!reaction.hears.includes(event.type)) continue;
          if (isDeaf(queue)) unheard.push(event);
          else await invoke(queue, aBatch([event]));
        }
      }
    }
    return unheard;
  }

  try {
    await invoke("orders-put-product", aRequest({ name: "Assam", unitPrice: 850, currency: "EUR" }, { sku }));
    await invoke("inventory-adjust-stock", aRequest({ delta: 10 }, { sku }));
    for (const name of ["orders-health", "orders-get-openapi", "orders-list-products"])
      await invoke(name, aRequest());
    for (const name of ["orders-get-product", "inventory-get-stock"])
      await invoke(name, aRequest(undefined, { sku }));
    const orderId = await placed("of-the-first-order");
    await settle();
    await invoke("orders-get-order", aRequest(undefined, { orderId }));
    await invoke("orders-list-orders", aRequest());
    const cancelled = await placed("of-the-second-order");
    const unheard = await settle((queue) => queue === "payment-capture-payment");
    await invoke("orders-cancel-order", aRequest({ reason: "changed my mind" }, { orderId: cancelled }));
    await settle();
    said = unheard;
    await settle();
    for (const name of ["orders-sweep-orders", "inventory-signal-expiry", "payment-resume-payments"])
      await invoke(name, {});
  } finally {
    recorder.close();
    await cloud.stop();
  }
  const missing = [...environments.keys()].filter((name) => !recordings.has(name));
  if (missing.length > 0) throw new Error(`The rehearsal never invoked ${missing.join(", ")}.`);
  return [...recordings.values()];

  async function placed(key: string): Promise<string> {
    const body = {
      contact: { email: "ada@example.com", name: "Ada" },
      currency: "EUR",
      lines: [{ sku, quantity: 2 }],
      paymentMethod: "pm_card_visa",
    };
    const { body: answer } = await invoke("orders-place-order", aRequest(body, {}, key));
    return (JSON.parse(answer) as { orderId: string }).orderId;
  }
}

const sku = "TEA-ASSAM";

/** As API Gateway hands a request over. */
function aRequest(body?: object, path: Record<string, string> = {}, key = "key-of-the-benchmark"): unknown {
  return {
    version: "2.0",
    headers: { "content-type": "application/json", "idempotency-key": key },
    pathParameters: path,
    requestContext: { authorizer: { jwt: { claims: { sub: "ada" }, scopes: [] } } },
    body: body === undefined ? undefined : JSON.stringify(body),
    isBase64Encoded: false,
  };
}
