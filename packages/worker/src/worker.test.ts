// A worker of several reactions: each has its own variables and queue, and a stop has its time.
import { reactionManifest } from "@order-saga/messaging";
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import type { ReactionResources } from "@order-saga/messaging/topology";
import type { Context, SQSEvent } from "aws-lambda";
import { expect, test } from "vitest";
import { healthOf, serveHealth } from "./health.ts";
import type { KnownReaction } from "./load.ts";
import { fakeQueue, handClock, messages, settled } from "./testing.ts";
import { startWorker } from "./worker.ts";

type Seen = { name: string; table: string | undefined; process: unknown; context?: Context };

function known(
  name: string,
  service: string,
  handle: (event: SQSEvent) => unknown,
  seen: Seen[],
): KnownReaction {
  const manifest = reactionManifest({ name, hears: [] });
  return {
    resources: { manifest, service } as unknown as ReactionResources,
    load: async () => ({
      create(env: ExecutionEnvironment) {
        // Read while it is imported, as a function's file does.
        const table = process.env.TABLE_NAME;
        expect(env.variable("TABLE_NAME")).toBe(table);
        return (event: SQSEvent, context: Context) => {
          seen.push({ name, table, process: env.process, context });
          return handle(event);
        };
      },
    }),
  };
}

async function start(handle: (event: SQSEvent) => unknown = () => null) {
  const seen: Seen[] = [];
  const clock = handClock();
  const queues = new Map(["q1", "q2", "q3"].map((url) => [url, fakeQueue()]));
  const worker = await startWorker({
    reactions: [
      known("reserve-stock", "inventory", handle, seen),
      known("commit-stock", "inventory", handle, seen),
      known("track-order", "orders", handle, seen),
    ],
    env: { ...lambda, now: clock.now, write: () => {} },
    variables: {
      TABLE_NAME: "of no reaction",
      RESERVE_STOCK__TABLE_NAME: "inventory",
      RESERVE_STOCK__QUEUE_URL: "q1",
      COMMIT_STOCK__TABLE_NAME: "inventory",
      COMMIT_STOCK__QUEUE_URL: "q2",
      TRACK_ORDER__TABLE_NAME: "orders",
      TRACK_ORDER__QUEUE_URL: "q3",
    },
    clock,
    queueOf: (url) => queues.get(url) ?? fakeQueue(),
    longestBatchSeconds: 900,
  });
  return { clock, queues, seen, worker };
}

test("each reaction has its own variables, and those of one service share a process", async () => {
  const { queues, seen } = await start();
  for (const queue of queues.values()) queue.offer(messages("a"));
  await settled();
  expect(seen.map(({ name, table }) => [name, table])).toEqual([
    ["reserve-stock", "inventory"],
    ["commit-stock", "inventory"],
    ["track-order", "orders"],
  ]);
  const [reserve, commit, track] = seen;
  expect(reserve?.process).toBe(commit?.process);
  expect(reserve?.process).not.toBe(track?.process);
  expect(process.env.TABLE_NAME).toBeUndefined();
});

test("a function's remaining time counts from its own timeout", async () => {
  const { clock, queues, seen } = await start(() => new Promise(() => {}));
  queues.get("q1")?.offer(messages("a"));
  await clock.pass(10);
  expect(seen[0]?.context?.getRemainingTimeInMillis()).toBe(20_000);
  await clock.pass(60);
  expect(seen[0]?.context?.getRemainingTimeInMillis()).toBe(0);
});

test("a stop waits for what runs, and after its time says how much is left", async () => {
  const { clock, queues, worker } = await start(({ Records }) =>
    Records[0]?.body === "slow" ? new Promise(() => {}) : null,
  );
  queues.get("q1")?.offer(messages("slow", "slower"));
  queues.get("q2")?.offer(messages("quick"));
  await settled();
  const stopped = worker.stop(25, true);
  await clock.pass(24);
  expect(await Promise.race([stopped, settled().then(() => "waits")])).toBe("waits");
  await clock.pass(1);
  expect(await stopped).toBe(2);
});

test("a stop with nothing under way leaves nothing", async () => {
  const { worker } = await start();
  expect(await worker.stop(25, true)).toBe(0);
});

test("a queue's URL that is not given is named", async () => {
  const reactions = [known("reserve-stock", "inventory", () => null, [])];
  const given = { reactions, env: lambda, clock: handClock(), queueOf: () => fakeQueue() };
  await expect(startWorker({ ...given, variables: {}, longestBatchSeconds: 900 })).rejects.toThrow(
    "reserve-stock lacks its QUEUE_URL",
  );
});

test("health is told on a port, and a function that hangs makes it bad", async () => {
  const { clock, queues, worker } = await start(() => new Promise(() => {}));
  const health = await serveHealth(0, () => healthOf(worker.states()));
  const ask = async () => {
    const answer = await fetch(`http://127.0.0.1:${health.port}/`);
    return [answer.status, (await answer.json()) as ReturnType<typeof healthOf>] as const;
  };
  try {
    queues.get("q1")?.offer(messages("a"));
    await clock.pass(7);
    const [status, { queues: said }] = await ask();
    expect([status, said["reserve-stock"]]).toEqual([
      200,
      {
        inFlight: 1,
        oldestSeconds: 7,
        lastSuccess: null,
        lastPoll: "1970-01-01T00:00:00.000Z",
        failedPolls: 0,
        abandoned: 0,
      },
    ]);
    await clock.pass(900);
    expect((await ask())[0]).toBe(503);
  } finally {
    health.close();
  }
});
