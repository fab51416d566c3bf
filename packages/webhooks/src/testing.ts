// A stage in virtual time, for tests: its queue, its schedule, and receivers that check signatures.
import { verifyWebhook } from "@order-saga/client";
import { silentLog } from "@order-saga/messaging";
import { reaction, taskReaction } from "@order-saga/messaging/reaction";
import { schedule } from "@order-saga/messaging/schedule";
import { aBatch, testContext, testNow } from "@order-saga/messaging/testing";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Answer } from "./delivery.ts";
import { readSecrets } from "./endpoints.ts";
import type { Told } from "./message.ts";
import type { HandOver, WebhookStore } from "./ports.ts";
import { DeliveryTaskSchema, deliverWebhookHandler, tellStorefrontHandler } from "./reactions.ts";
import { createSender, type Post } from "./sender/signing.ts";
import { deliverWebhook, sweepWebhooks, tellStorefront } from "./service.ts";
import { createMemoryStore } from "./store/memory.ts";
import { sweepWebhooksHandler } from "./sweep.ts";

export const seconds = 1000;
export const minutes = 60 * seconds;
export const hours = 60 * minutes;

export const secretOf = (name: string) => `whsec_${Buffer.from(name.repeat(32)).toString("base64")}`;

/** What a receiver answers to a webhook, and after how long (milliseconds); at most the sender's patience. */
export type Receiver = (now: number, id: string) => { answer: Answer; after?: number };

export type Received = { id: string; at: number; event: unknown; taken: boolean };

const PATIENCE = 15 * seconds;

type Invoke = (event: SQSEvent) => Promise<SQSBatchResponse>;
type Message = { body: object; group: string; at: number; attempt: number };

export function aStage(
  receivers: Readonly<Record<string, Receiver>>,
  around: (store: WebhookStore) => WebhookStore = (store) => store,
  events: Readonly<Record<string, readonly string[]>> = {},
) {
  const time = createTime();
  const memory = createMemoryStore();
  const store = around(memory);
  const names = Object.keys(receivers);
  const received: Record<string, Received[]> = Object.fromEntries(names.map((name) => [name, []]));
  const endpoints = names.map((name) => ({
    name,
    url: `https://${name}.example/`,
    ...(events[name] && { events: events[name] }),
  }));
  const secrets = readSecrets(names.map((name) => `${name}=${secretOf(name)}`).join(","));
  const failures: unknown[] = [];
  const ports = {
    publish: async () => {},
    park: async ({ error }: { error: unknown }) => void failures.push(error),
    log: silentLog,
    now: time.now,
  };

  const post: Post = async ({ body, headers, url }) => {
    const name = new URL(url).hostname.split(".")[0] ?? "";
    const now = time.now();
    const { id, event } = await time.held(verifyWebhook({ body, headers, secrets: [secretOf(name)], now }));
    const { after = 50, answer } = receivers[name]?.(now, id) ?? { answer: { error: "ENOTFOUND" } };
    const isInTime = after <= PATIENCE;
    received[name]?.push({ id, at: now, event, taken: "status" in answer && answer.status === 200 });
    await new Promise<void>((resolve) => time.after(Math.min(after, PATIENCE), resolve));
    return isInTime ? answer : { error: "Timeout" };
  };

  let chances = 0;
  const queue = createQueue(time, failures, (event) => deliver(event, testContext));
  const { handOver } = queue;
  const send = createSender(post, secrets);
  const chance = () => (chances++ % 100) / 100;
  const react = deliverWebhookHandler({ endpoints, store, handOver, send, now: time.now, chance });
  const deliver = taskReaction(deliverWebhook, DeliveryTaskSchema, react, ports);
  const tell = reaction(tellStorefront, tellStorefrontHandler({ endpoints, store, handOver }), ports);
  const sweep = schedule(sweepWebhooks, sweepWebhooksHandler({ endpoints, store, handOver }), ports);
  const everyMinute = () => {
    void sweep().catch((error) => failures.push(error));
    time.after(minutes, everyMinute);
  };
  time.after(minutes, everyMinute);
  return {
    store: memory,
    handOver,
    received,
    /** Dead letters and failed sweeps. */
    failures,
    now: time.now,
    tell: async (event: Told) => void (await tell(aBatch([event]), testContext)),
    advance: time.advance,
  };
}

type Time = ReturnType<typeof createTime>;

function createTime() {
  let now = testNow;
  let order = 0;
  let held = 0;
  const timers: { at: number; order: number; run: () => void }[] = [];
  return {
    now: () => now,
    after: (delay: number, run: () => void) => void timers.push({ at: now + delay, order: order++, run }),
    /** Time stands still until it is done, for it is done by another thread. */
    async held<T>(work: Promise<T>): Promise<T> {
      held++;
      return work.finally(() => held--);
    },
    /** Lets time pass, and everything happen that is due meanwhile. */
    async advance(milliseconds: number): Promise<void> {
      const until = now + milliseconds;
      for (;;) {
        // All that needs no time is done before time goes on.
        do await new Promise<void>((resolve) => setImmediate(resolve));
        while (held > 0);
        const [next] = timers.toSorted((a, b) => a.at - b.at || a.order - b.order);
        if (!next || next.at > until) break;
        timers.splice(timers.indexOf(next), 1);
        now = next.at;
        next.run();
      }
      now = until;
    },
  };
}

const VISIBILITY = 180 * seconds;

/** A fair queue and its mapping: batches while functions are free, of a group with less under way first. */
function createQueue(time: Time, failures: unknown[], invoke: Invoke) {
  const waiting = new Set<Message>();
  const running = new Map<string, number>();
  let free = deliverWebhook.maximumConcurrency;
  const load = ({ group }: Message) => running.get(group) ?? 0;
  const change = (batch: Message[], by: number) => {
    for (const each of batch) running.set(each.group, load(each) + by);
  };

  function dispatch(): void {
    while (free > 0) {
      const ready = [...waiting].filter(({ at }) => at <= time.now());
      const batch = ready
        .toSorted((a, b) => load(a) - load(b) || a.at - b.at)
        .slice(0, deliverWebhook.batchSize);
      if (batch.length === 0) return;
      free--;
      for (const each of batch) waiting.delete(each);
      void run(batch);
    }
  }

  function put(message: Message): void {
    waiting.add(message);
    time.after(message.at - time.now(), dispatch);
  }

  async function run(batch: Message[]): Promise<void> {
    change(batch, 1);
    const event = aBatch(batch.map(({ body }) => JSON.stringify(body)));
    const { batchItemFailures } = await invoke(event);
    for (const { itemIdentifier } of batchItemFailures) {
      const message = batch[event.Records.findIndex(({ messageId }) => messageId === itemIdentifier)];
      if (!message) throw new Error("a failure of no message");
      if (message.attempt >= deliverWebhook.maxReceiveCount) failures.push(new Error("a dead letter"));
      else put({ ...message, at: time.now() + VISIBILITY, attempt: message.attempt + 1 });
    }
    change(batch, -1);
    free++;
    dispatch();
  }

  const handOver: HandOver = async (group, tasks, delaySeconds = 0) => {
    for (const body of tasks) put({ body, group, at: time.now() + delaySeconds * seconds, attempt: 1 });
  };
  return { handOver };
}
