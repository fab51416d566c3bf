// The laptop in this process, with what went to the provider and to the mail service counted.
import { GetQueueAttributesCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { startLaptop } from "@order-saga/cli/laptop";
import { watchSettledOrders } from "@order-saga/cli/settled-orders";
import { scopes } from "@order-saga/contracts";
import { awsClients } from "@order-saga/local/aws";
import { sender } from "../saga/post.ts";

export type Counts = {
  good: number;
  refused: number;
  mails: number;
  refusedMails: number;
  failedDeliveries: number;
};

export type Shop = {
  /** Places an order and waits for its end. */
  settle(): Promise<string>;
  /** Places an order whose customer says yes to the bank, and waits for its end. */
  answered(): Promise<string>;
  /** Cancels a confirmed order, and waits until the provider has given the money back. */
  refunded(): Promise<string>;
  /** Cancels an order whose customer the bank asks, and waits until the provider has let go of it. */
  voided(): Promise<string>;
  /** These and no others. */
  faults(given: readonly object[]): Promise<void>;
  after(seconds: number): Promise<void>;
  /** Waits until so many mails were sent. */
  allMailed(count: number): Promise<void>;
  counts(): Counts;
  deadLetters(): Promise<number>;
  stop(): Promise<void>;
};

const SKU = "TEA-EARL-GREY";

export async function startShop(): Promise<Shop> {
  const runtime = await startLaptop(
    { port: 0, awsPort: 0, data: undefined, watch: false },
    { onLog: () => {}, onWarning: (message) => console.error(message) },
  );
  const counts: Counts = { good: 0, refused: 0, mails: 0, refusedMails: 0, failedDeliveries: 0 };
  const watch = watchSettledOrders({ maximumOrders: 10_000 });
  const ends = new Map<string, string>();
  runtime.observe({
    eventAccepted({ event }) {
      const settled = watch(event);
      if (settled) ends.set(settled.orderId, settled.status);
    },
    paymentAnswered: ({ status }) => void counts[status === 429 ? "refused" : "good"]++,
    mailSent: ({ outcome }) => void counts[outcome === "sent" ? "mails" : "refusedMails"]++,
    batchChanged({ end }) {
      counts.failedDeliveries += end?.failed.size ?? 0;
    },
  });
  const { send, close } = sender(runtime.url);
  const token = await runtime.issuer.sign({ sub: "sale", scope: scopes.join(" "), expiresInSeconds: 36_000 });
  let keys = 0;
  async function ask(method: string, path: string, body: unknown): Promise<string> {
    const key = `sale-${String(keys++).padStart(16, "0")}`;
    const headers = { authorization: `Bearer ${token}`, "idempotency-key": key, "x-order-saga": "bench" };
    const { body: text, status } = await send(method, path, body, headers);
    if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}: ${text}`);
    return text;
  }
  const after = (seconds: number) => new Promise<void>((done) => setTimeout(done, seconds * 1000));
  await ask("PUT", `/stock/${SKU}`, { delta: 1_000_000 });
  async function place(paymentMethod: string): Promise<string> {
    const contact = { email: "ada@example.com", name: "Ada" };
    const order = { contact, currency: "EUR", lines: [{ sku: SKU, quantity: 1 }], paymentMethod };
    return (JSON.parse(await ask("POST", "/orders", order)) as { orderId: string }).orderId;
  }
  async function ended(orderId: string): Promise<string> {
    while (!ends.has(orderId)) await after(0.01);
    return ends.get(orderId) ?? "";
  }
  /** Waits until what the API says has this status. */
  async function reaches(path: string, status: string): Promise<string> {
    while (JSON.parse(await ask("GET", path, undefined)).status !== status) await after(0.01);
    return status;
  }
  return {
    settle: async () => ended(await place("pm_card_visa")),
    async answered() {
      const orderId = await place("pm_card_authenticationRequired");
      await reaches(`/orders/${orderId}`, "ACTION_REQUIRED");
      await ask("POST", `/__local/payments/${orderId}/authenticate`, { outcome: "succeeded" });
      return ended(orderId);
    },
    async refunded() {
      const orderId = await place("pm_card_visa");
      await ended(orderId);
      await ask("POST", `/orders/${orderId}/cancel`, {});
      return reaches(`/orders/${orderId}/payment`, "refunded");
    },
    async voided() {
      const orderId = await place("pm_card_authenticationRequired");
      await reaches(`/orders/${orderId}`, "ACTION_REQUIRED");
      await ask("POST", `/orders/${orderId}/cancel`, {});
      await ended(orderId);
      return reaches(`/orders/${orderId}/payment`, "voided");
    },
    faults: async (faults) => void (await ask("PUT", "/__local/faults", { faults })),
    after,
    async allMailed(count) {
      while (counts.mails < count) await after(0.1);
    },
    counts: () => ({ ...counts }),
    async deadLetters() {
      const { sqs } = awsClients(runtime.aws.url);
      const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
      const counted = QueueUrls.filter((url) => url.endsWith("-dlq")).map(async (QueueUrl) => {
        const AttributeNames = ["ApproximateNumberOfMessages" as const];
        const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
        return Number(Attributes?.ApproximateNumberOfMessages);
      });
      return (await Promise.all(counted)).reduce((sum, count) => sum + count, 0);
    },
    async stop() {
      close();
      await runtime.stop();
    },
  };
}
