// Plays orders, a refund, a bulk and a stock feed through the functions, and records each first invocation.
import { createHmac } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { DomainEvent } from "@order-saga/contracts";
import { startAwsEndpoint } from "@order-saga/emulator";
import { awsClients } from "@order-saga/local/aws";
import { provision } from "@order-saga/local/provision";
import { BUS_NAME } from "@order-saga/local/source-folders";
import { functionsOf } from "@order-saga/messaging";
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { aBatch, anUpload, testContext } from "@order-saga/messaging/testing";
import { allReactions, environmentOf } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { importFunction } from "@order-saga/services/functions";
import { type Exchange, type Recording, startRecorder } from "./recording.ts";

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
type Answer = { statusCode: number; body: string };

/** What every process of a function is given: credentials as Lambda has them, and where AWS is. */
export const awsEnvironment = (url: string): Record<string, string> => ({
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_SESSION_TOKEN: "local",
  AWS_ENDPOINT_URL: url,
});

const webhookSecret = "whsec_bench";

/** A function's own environment, with the provider at `url`. */
export function environmentsAt(url: string): ReadonlyMap<string, Record<string, string>> {
  const values: Record<string, string> = {
    STRIPE_API_URL: url,
    STRIPE_API_KEY: "sk_test_bench",
    STRIPE_WEBHOOK_SECRETS: webhookSecret,
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
          bucketName: () => service.bucket?.name ?? "",
          queueUrl: (name) => `${url}/000000000000/${name}`,
        }),
      ]),
    ),
  );
}

/** The first invocation of every function, with every answer it got. Throws if one was never invoked. */
export async function rehearse(): Promise<readonly Recording[]> {
  const rehearsal = await openRehearsal();
  try {
    const orderId = await playOrders(rehearsal);
    await playRefund(rehearsal, orderId);
    const bulkId = await playBulk(rehearsal);
    const feedId = await playFeed(rehearsal);
    await invokeTheRest(rehearsal, { sku, orderId, bulkId, feedId });
  } finally {
    await rehearsal.close();
  }
  const missing = rehearsal.names.filter((name) => !rehearsal.recordings.has(name));
  if (missing.length > 0)
    throw new Error(
      `The rehearsal never invoked ${missing.join(", ")}: play it in tools/bench/src/cold/rehearsal.ts.`,
    );
  return [...rehearsal.recordings.values()];
}

/** An emulator with every queue and table, and the functions' own clients recorded on their way to it. */
type Rehearsal = {
  names: readonly string[];
  recordings: ReadonlyMap<string, Recording>;
  invoke(name: string, event: unknown): Promise<Answer>;
  /** Uploads a file, as a browser does, and returns S3's event about it. */
  upload(key: string, csv: string): Promise<string>;
  /** The body of a message that waits in the queue. */
  waiting(queue: string): Promise<string>;
  /** Events that were published since the last call. */
  published(): DomainEvent[];
  close(): Promise<void>;
};

async function openRehearsal(): Promise<Rehearsal> {
  const now = Date.now();
  const cloud = await startAwsEndpoint({ port: 0, directory: undefined });
  let exchanges: Exchange[] = [];
  let events: DomainEvent[] = [];
  const recorder = await startRecorder(cloud.url, (exchange, body) => {
    exchanges.push(exchange);
    if (exchange.call === "AWSEvents.PutEvents") {
      const { Entries } = JSON.parse(body) as { Entries: { Detail: string }[] };
      events.push(...Entries.map(({ Detail }) => JSON.parse(Detail) as DomainEvent));
    }
  });
  const clients = awsClients(cloud.url);
  await provision(services, clients);
  Object.assign(process.env, awsEnvironment(recorder.url));
  const environments = environmentsAt(recorder.url);
  const recordings = new Map<string, Recording>();
  return {
    names: [...environments.keys()],
    recordings,
    async invoke(name, event) {
      const [service = "", ...words] = name.split("-");
      const variables = environments.get(name) ?? {};
      Object.assign(process.env, variables);
      const { create } = (await importFunction(service, words.join("-"))) as {
        create: (env: ExecutionEnvironment) => Handler;
      };
      const env = { ...lambda, variable: (each: string) => variables[each], write() {}, now: () => now };
      exchanges = [];
      const result = (await create(env)(event, testContext)) as Answer;
      if (!recordings.has(name)) recordings.set(name, { name, event, now, exchanges });
      return result;
    },
    async upload(key, csv) {
      const put = new PutObjectCommand({ Bucket: "feeds", Key: key, Body: csv });
      const { VersionId } = await clients.s3.send(put);
      return anUpload({ key, size: csv.length, "version-id": VersionId });
    },
    async waiting(queue) {
      const QueueUrl = `${cloud.url}/000000000000/${queue}`;
      const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      return Messages[0]?.Body ?? "";
    },
    published() {
      const taken = events;
      events = [];
      return taken;
    },
    async close() {
      recorder.close();
      await cloud.stop();
    },
  };
}

/** Two orders: one confirmed, whose id is returned, and one cancelled while the payment's capture waits. */
async function playOrders(rehearsal: Rehearsal): Promise<string> {
  const { invoke } = rehearsal;
  await invoke("orders-put-product", aRequest({ name: "Assam", unitPrice: 850, currency: "EUR" }, { sku }));
  await invoke("inventory-adjust-stock", aRequest({ delta: 10 }, { sku }));
  const confirmed = await placeOrder(rehearsal, "of-the-first-order");
  await deliver(rehearsal, rehearsal.published());
  const cancelled = await placeOrder(rehearsal, "of-the-second-order");
  const held = await deliver(
    rehearsal,
    rehearsal.published(),
    (queue) => queue === "payment-capture-payment",
  );
  await invoke("orders-cancel-order", aRequest({ reason: "changed my mind" }, { orderId: cancelled }));
  await deliver(rehearsal, rehearsal.published());
  await deliver(rehearsal, held);
  return confirmed;
}

/** A clerk's refund of a part, whose task is done; then the provider rings about the same payment. */
async function playRefund({ invoke, waiting }: Rehearsal, orderId: string): Promise<void> {
  await invoke("payment-request-refund", aRequest({ amount: 5, reason: "bruised" }, { orderId }));
  const task = await waiting("payment-hear-provider");
  await invoke("payment-hear-provider", aBatch([task]));
  const { intentId } = JSON.parse(task) as { intentId: string };
  const object = { id: intentId, metadata: { orderId } };
  await invoke("payment-hear-webhook", signed({ type: "payment_intent.succeeded", data: { object } }));
}

/** As Stripe signs what it sends. */
function signed(event: object): unknown {
  const body = JSON.stringify(event);
  const time = Math.floor(Date.now() / 1000);
  const signature = createHmac("sha256", webhookSecret).update(`${time}.${body}`).digest("hex");
  const headers = { "content-type": "application/json", "stripe-signature": `t=${time},v1=${signature}` };
  return { version: "2.0", headers, requestContext: {}, body, isBase64Encoded: false };
}

/** A bulk of one row, which becomes an order. */
async function playBulk(rehearsal: Rehearsal): Promise<string> {
  const { invoke } = rehearsal;
  const row = { lines: [{ sku, quantity: 1 }], paymentMethod: "pm_card_visa" };
  const contact = { email: "ada@example.com", name: "Ada" };
  const bulk = aRequest({ contact, currency: "EUR", orders: [row] }, {}, "of-the-only-bulk");
  const { bulkId } = JSON.parse((await invoke("orders-place-bulk", bulk)).body) as { bulkId: string };
  await deliver(rehearsal, rehearsal.published());
  const { items } = JSON.parse((await invoke("orders-get-bulk", aRequest(undefined, { bulkId }))).body) as {
    items: { orderId: string }[];
  };
  const task = { bulkId, row: 0, orderId: items[0]?.orderId, ...row };
  await invoke("orders-place-child", aBatch([JSON.stringify(task)]));
  await deliver(rehearsal, rehearsal.published());
  return bulkId;
}

/** A file of one row. */
async function playFeed({ invoke, upload }: Rehearsal): Promise<string> {
  const answer = await invoke("inventory-create-stock-feed", aRequest({}));
  const { feedId } = JSON.parse(answer.body) as { feedId: string };
  const uploaded = await upload(`feeds/${feedId}.csv`, `sku,delta\n${sku},1\n`);
  for (const name of ["inventory-import-stock", "inventory-audit-upload"])
    await invoke(name, aBatch([uploaded]));
  return feedId;
}

async function placeOrder({ invoke }: Rehearsal, key: string): Promise<string> {
  const body = {
    contact: { email: "ada@example.com", name: "Ada" },
    currency: "EUR",
    lines: [{ sku, quantity: 2 }],
    paymentMethod: "pm_card_visa",
  };
  const { body: answer } = await invoke("orders-place-order", aRequest(body, {}, key));
  return (JSON.parse(answer) as { orderId: string }).orderId;
}

/** Delivers these events and those that follow, except to queues that hold; returns what was held. */
async function deliver(
  rehearsal: Rehearsal,
  events: readonly DomainEvent[],
  holds: (queue: string) => boolean = () => false,
): Promise<DomainEvent[]> {
  const held: DomainEvent[] = [];
  const waiting = [...events];
  for (let event = waiting.shift(); event; event = waiting.shift()) {
    for (const { queue, manifest } of allReactions(services)) {
      if (!manifest.hears.includes(event.type)) continue;
      if (holds(queue.name)) held.push(event);
      else await rehearsal.invoke(queue.name, aBatch([event]));
      waiting.push(...rehearsal.published());
    }
  }
  return held;
}

/** What no order invokes: routes that read, and schedules. */
async function invokeTheRest({ invoke }: Rehearsal, path: Record<string, string>): Promise<void> {
  for (const service of services) {
    for (const { method, name } of service.routes)
      if (method === "GET") await invoke(`${service.name}-${name}`, aRequest(undefined, path));
    for (const { name } of service.schedules) await invoke(`${service.name}-${name}`, {});
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
