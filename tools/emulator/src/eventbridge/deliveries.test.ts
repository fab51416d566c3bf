// A failed delivery is recorded before PutEvents answers, and is retried, parked or reported, but never lost.
// Source: EventBridge user guide, "How EventBridge retries delivering events", "Using dead-letter queues".
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { directoryForTest } from "../testing.ts";
import { createEventBridge } from "./index.ts";
import { backOffMilliseconds, whyGiveUp } from "./retry-policy.ts";
import { createWorld, DEAD_LETTERS, entry, QUEUE } from "./testing.ts";

const HOUR = 3_600_000;
const FIFO = `${QUEUE}.fifo`;

test("a delivery that fails is tried again until it succeeds, and PutEvents has said yes", async () => {
  const world = createWorld();
  await world.addRule();
  world.broken.set(QUEUE, "ServiceUnavailable");
  expect((await world.put(entry)).body).toMatchObject({ FailedEntryCount: 0 });
  expect(world.bridge.pendingDeliveries()).toMatchObject([
    { attempts: 1, errorCode: "ServiceUnavailable", errorMessage: "ServiceUnavailable at the queue" },
  ]);
  await world.passTime(60_000);
  expect(world.bridge.pendingDeliveries()).toMatchObject([{ attempts: 2 }]);
  world.broken.clear();
  await world.passTime(60_000);
  expect(world.bodies()).toMatchObject([{ id: "id-1-1" }]);
  expect(world.bridge.pendingDeliveries()).toEqual([]);
});

test("one target's failure does not keep the event from the others", async () => {
  const world = createWorld();
  await world.addRule();
  const second = QUEUE.replace("queue", "second");
  await world.arrange("PutTargets", { Rule: "rule", Targets: [{ Id: "2", Arn: second }] });
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.put(entry);
  expect(world.delivered).toMatchObject([{ queueArn: second }]);
});

test("the message group of a FIFO queue is passed on, also on a retry", async () => {
  const world = createWorld();
  await world.addRule({ Arn: FIFO, SqsParameters: { MessageGroupId: "orders" } });
  await world.put(entry);
  world.broken.set(FIFO, "ServiceUnavailable");
  await world.put(entry);
  world.broken.clear();
  await world.passTime(60_000);
  expect(world.delivered.map(({ messageGroupId }) => messageGroupId)).toEqual(["orders", "orders"]);
});

test("a message group by a path is the event's, also on a retry, and none where nothing stands", async () => {
  const world = createWorld();
  await world.addRule({ SqsParameters: { MessageGroupId: "$.resources[0]" } });
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.put(entry, { ...entry, Resources: ["ada", "o2"] });
  world.broken.clear();
  await world.passTime(60_000);
  await world.put({ ...entry, Resources: undefined });
  expect(world.delivered.map(({ messageGroupId }) => messageGroupId)).toEqual(["o1", "ada", undefined]);
});

test("the back-off doubles from a second to ten minutes, and chance takes off up to half", () => {
  expect([1, 2, 3, 10, 11, 185].map((attempts) => backOffMilliseconds(attempts, 0))).toEqual([
    1000, 2000, 4000, 512_000, 600_000, 600_000,
  ]);
  expect(backOffMilliseconds(3, 1)).toBe(2000);
  expect(backOffMilliseconds(3, 0.5)).toBe(3000);
});

test("the timer is set for the earliest retry, and sets itself again", async () => {
  const world = createWorld();
  await world.addRule();
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.put(entry, entry);
  const start = world.clock.now;
  expect(world.timers.map(({ at }) => at - start)).toEqual([1000]);
  world.clock.now += 1000;
  world.timers.shift()?.run();
  await vi.waitFor(() =>
    expect(world.bridge.pendingDeliveries()).toMatchObject([{ attempts: 2 }, { attempts: 2 }]),
  );
  expect(world.timers.map(({ at }) => at - start)).toEqual([3000]);
});

test("nothing is tried before it is due, nor twice at once", async () => {
  const world = createWorld();
  await world.addRule();
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.put(entry);
  world.broken.clear();
  await world.passTime(999);
  expect(world.delivered).toEqual([]);
  world.clock.now += 1;
  await Promise.all([world.bridge.retryDue(), world.bridge.retryDue()]);
  expect(world.delivered).toHaveLength(1);
});

test("a retry policy that ends parks the event with AWS's attributes", async () => {
  const world = createWorld();
  const RetryPolicy = { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3600 };
  await world.addRule({ RetryPolicy, DeadLetterConfig: { Arn: DEAD_LETTERS } });
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.put(entry);
  expect(world.delivered).toEqual([]);
  await world.passTime(60_000);
  expect(world.delivered).toMatchObject([
    {
      queueArn: DEAD_LETTERS,
      attributes: {
        RULE_ARN: "arn:aws:events:eu-west-1:000000000000:rule/rule",
        TARGET_ARN: QUEUE,
        ERROR_CODE: "SDK_CLIENT_ERROR",
        ERROR_MESSAGE: "ServiceUnavailable at the queue",
        EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
        RETRY_ATTEMPTS: "1",
      },
    },
  ]);
  expect(world.bodies()).toMatchObject([{ id: "id-1-1", detail: { sku: "tea" } }]);
  expect(world.bridge.pendingDeliveries()).toEqual([]);
});

// API reference, "RetryPolicy": 185 attempts and 24 hours unless the target says otherwise.
test("without a policy a delivery is retried for a day, and no longer", async () => {
  const world = createWorld();
  await world.addRule({ DeadLetterConfig: { Arn: DEAD_LETTERS } });
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.put(entry);
  await world.passTime(24 * HOUR - 1);
  expect(world.delivered).toEqual([]);
  await world.passTime(1);
  expect(world.delivered[0]?.attributes).toMatchObject({
    EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds",
  });
});

test("without a policy a delivery is retried 185 times, and no more", async () => {
  const world = createWorld();
  await world.addRule({ DeadLetterConfig: { Arn: DEAD_LETTERS } });
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.put(entry);
  const [first] = world.bridge.pendingDeliveries();
  if (!first) throw new Error("Nothing is pending.");
  expect(whyGiveUp({ ...first, attempts: 185 }, world.clock.now)).toBeUndefined();
  expect(whyGiveUp({ ...first, attempts: 186 }, world.clock.now)).toBe("MaximumRetryAttempts");
});

test("no retries at all parks the event at its first failure", async () => {
  const world = createWorld();
  await world.addRule({ RetryPolicy: { MaximumRetryAttempts: 0 }, DeadLetterConfig: { Arn: DEAD_LETTERS } });
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.put(entry);
  expect(world.delivered[0]?.attributes).toMatchObject({ RETRY_ATTEMPTS: "0" });
});

test("an event that grows too old between two tries is parked on time", async () => {
  const world = createWorld();
  const RetryPolicy = { MaximumEventAgeInSeconds: 60 };
  await world.addRule({ RetryPolicy, DeadLetterConfig: { Arn: DEAD_LETTERS } });
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.put(entry);
  for (let seconds = 0; seconds < 60; seconds++) await world.passTime(1000);
  expect(world.delivered[0]?.attributes).toMatchObject({
    EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds",
  });
});

test.each([
  ["QueueDoesNotExist", "NO_RESOURCE"],
  ["AccessDenied", "NO_PERMISSIONS"],
])("%s is not retried but parked at once as %s", async (error, code) => {
  const world = createWorld();
  await world.addRule({ DeadLetterConfig: { Arn: DEAD_LETTERS } });
  world.broken.set(QUEUE, error);
  await world.put(entry);
  expect(world.delivered).toMatchObject([
    { queueArn: DEAD_LETTERS, attributes: { ERROR_CODE: code, RETRY_ATTEMPTS: "0" } },
  ]);
  expect(world.delivered[0]?.attributes).not.toHaveProperty("EXHAUSTED_RETRY_CONDITION");
  expect(world.bridge.pendingDeliveries()).toEqual([]);
});

test("what nothing can park is dropped aloud: counted and reported", async () => {
  const world = createWorld();
  await world.addRule({ RetryPolicy: { MaximumRetryAttempts: 1 } });
  world.broken.set(QUEUE, "QueueDoesNotExist");
  await world.put(entry);
  expect(world.bridge.droppedDeliveries()).toBe(1);
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.put(entry);
  await world.passTime(60_000);
  expect(world.bridge.droppedDeliveries()).toBe(2);
  expect(world.dropped).toMatchObject([
    { errorCode: "QueueDoesNotExist", target: { Arn: QUEUE } },
    { errorCode: "ServiceUnavailable", attempts: 2 },
  ]);
});

test("if even the dead-letter queue fails, the event is kept for it, ever more seldom tried", async () => {
  const world = createWorld();
  await world.addRule({ DeadLetterConfig: { Arn: DEAD_LETTERS } });
  world.broken.set(QUEUE, "QueueDoesNotExist").set(DEAD_LETTERS, "QueueDoesNotExist");
  await world.put(entry);
  await world.passTime(1000);
  await world.passTime(2000);
  const [pending] = world.bridge.pendingDeliveries();
  expect(pending).toMatchObject({ attempts: 1, deadLetterAttempts: 3, givenUp: "Permanent" });
  expect(pending?.nextTryAt).toBe(world.clock.now + 4000);
  world.broken.clear();
  await world.passTime(4000);
  // The target was given up: it stays so, although it would answer now.
  expect(world.delivered).toMatchObject([
    { queueArn: DEAD_LETTERS, attributes: { ERROR_CODE: "NO_RESOURCE" } },
  ]);
  expect(world.bridge.pendingDeliveries()).toEqual([]);
});

test("rules, targets and what is being retried survive a restart, and the timer is set again", async () => {
  const file = join(directoryForTest(), "bridge.sqlite");
  const first = createWorld({ file });
  await first.addRule({ DeadLetterConfig: { Arn: DEAD_LETTERS } });
  first.broken.set(QUEUE, "ServiceUnavailable");
  await first.put(entry);
  first.close();
  const second = createWorld({ file, generation: 2 });
  expect((await second.call("ListRules")).body).toMatchObject({
    Rules: [{ Name: "rule", State: "ENABLED" }],
  });
  expect(second.bridge.pendingDeliveries()).toEqual(first.bridge.pendingDeliveries());
  expect(second.timers.map(({ at }) => at - second.clock.now)).toEqual([1000]);
  await second.passTime(60_000);
  await second.put(entry);
  expect(second.bodies().map(({ id }) => id)).toEqual(["id-1-1", "id-2-1"]);
  second.close();
  expect(createWorld({ file, generation: 3 }).bridge.pendingDeliveries()).toEqual([]);
});

test("the record of a failure is on disk when PutEvents answers, even if the process then dies", async () => {
  const file = join(directoryForTest(), "bridge.sqlite");
  const first = createWorld({ file });
  await first.addRule();
  first.broken.set(QUEUE, "ServiceUnavailable");
  await first.put(entry);
  // Not closed: a second process would see just what is in the file.
  expect(createWorld({ file, generation: 2 }).bridge.pendingDeliveries()).toMatchObject([{ attempts: 1 }]);
});

test("closing during a retry loses nothing: the record waits for the next start", async () => {
  const file = join(directoryForTest(), "bridge.sqlite");
  const world = createWorld({ file });
  await world.addRule();
  world.broken.set(QUEUE, "ServiceUnavailable");
  await world.put(entry);
  world.close();
  const hanging = Promise.withResolvers<void>();
  let attempts = 0;
  const bridge = createEventBridge({
    file,
    region: "eu-west-1",
    accountId: "000000000000",
    now: () => world.clock.now + HOUR,
    newId: () => "new",
    deliver: () => {
      attempts++;
      return hanging.promise;
    },
    schedule: () => () => {},
  });
  const retrying = bridge.retryDue();
  bridge.close();
  hanging.resolve();
  await retrying;
  expect(attempts).toBe(1);
  expect(createWorld({ file, generation: 2 }).bridge.pendingDeliveries()).toHaveLength(1);
});
