// A bus for EventBridge's own tests, with a fake clock, and lists in place of queues.
import { onTestFinished } from "vitest";
import {
  type BusEvent,
  createEventBridge,
  type Delivery,
  type EventBridge,
  type PendingDelivery,
} from "./index.ts";

export const QUEUE = "arn:aws:sqs:eu-west-1:000000000000:queue";
export const DEAD_LETTERS = "arn:aws:sqs:eu-west-1:000000000000:dead-letters";
export const BUS = "arn:aws:events:eu-west-1:000000000000:event-bus/default";

export type World = ReturnType<typeof createWorld>;
export type Answer = { status: number; body: Record<string, unknown> };

/** `generation` keeps the ids of a reopened bus distinct from the first one's. */
export function createWorld({ file = ":memory:", generation = 1 } = {}) {
  const clock = { now: Date.UTC(2026, 0, 5) };
  const delivered: Delivery[] = [];
  const dropped: PendingDelivery[] = [];
  const heard: { event: BusEvent; rules: readonly string[] }[] = [];
  /** The SQS error with which each queue answers. */
  const broken = new Map<string, string>();
  const timers: { at: number; run: () => void }[] = [];
  let id = 0;
  const bridge: EventBridge = createEventBridge({
    file,
    region: "eu-west-1",
    accountId: "000000000000",
    now: () => clock.now,
    newId: () => `id-${generation}-${++id}`,
    random: () => 0,
    deliver(delivery) {
      const errorName = broken.get(delivery.queueArn);
      if (errorName) throw Object.assign(new Error(`${errorName} at the queue`), { name: errorName });
      delivered.push(delivery);
    },
    schedule(delay, run) {
      const timer = { at: clock.now + delay, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    onDropped: (delivery) => dropped.push(delivery),
    onEvent: (event, rules) => heard.push({ event, rules }),
  });
  let isOpen = true;
  const close = () => {
    if (isOpen) bridge.close();
    isOpen = false;
  };
  onTestFinished(close);

  async function call(operation: string, input: unknown = {}): Promise<Answer> {
    const { body, status } = await bridge.handle(operation, input);
    // A client sees only what JSON can carry.
    return { status, body: JSON.parse(JSON.stringify(body)) };
  }

  /** Throws if the operation fails. */
  async function arrange(operation: string, input: object): Promise<Answer["body"]> {
    const { status, body } = await call(operation, input);
    if (status !== 200) throw new Error(`${operation} failed: ${JSON.stringify(body)}`);
    return body;
  }

  return {
    bridge,
    clock,
    delivered,
    dropped,
    heard,
    broken,
    timers,
    close,
    call,
    arrange,
    /** A rule for the source "shop" with one target, a queue. */
    async addRule(target: object = {}, pattern: object = { source: ["shop"] }, Name = "rule"): Promise<void> {
      await arrange("PutRule", { Name, EventPattern: JSON.stringify(pattern) });
      await arrange("PutTargets", { Rule: Name, Targets: [{ Id: "1", Arn: QUEUE, ...target }] });
    },
    put: (...Entries: unknown[]) => call("PutEvents", { Entries }),
    async passTime(milliseconds: number): Promise<void> {
      clock.now += milliseconds;
      await bridge.retryDue();
    },
    bodies: () => delivered.map((delivery) => JSON.parse(delivery.body) as Record<string, unknown>),
  };
}

export const entry = {
  Source: "shop",
  DetailType: "Placed",
  Detail: '{"sku":"tea","quantity":2}',
  Resources: ["o1"],
};
