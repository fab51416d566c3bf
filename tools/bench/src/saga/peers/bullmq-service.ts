// The order as a BullMQ job in a process of its own, which keeps each step's number, as BullMQ's guide says.
import { pathToFileURL } from "node:url";
import { effectsAt } from "./effects.ts";
import { fromCache } from "./install.ts";
import { settleOrder } from "./order.ts";
import { serveOrders } from "./serve.ts";

type Data = { orderId: string; done: unknown[] };
type Job = {
  data: Data;
  updateData(data: Data): Promise<void>;
  waitUntilFinished(events: object): Promise<string>;
};
type BullMq = {
  Queue: new (
    name: string,
    options: object,
  ) => { add(name: string, data: Data, options: object): Promise<Job> } & NodeJS.EventEmitter;
  QueueEvents: new (name: string, options: object) => { waitUntilReady(): Promise<unknown> };
  Worker: new (
    name: string,
    run: (job: Job) => Promise<string>,
    options: object,
  ) => { waitUntilReady(): Promise<unknown> } & NodeJS.EventEmitter;
};

/** As many as are in flight in a measurement. */
const AT_ONCE = 32;
const [, , redisPort, endpoint] = process.argv;
const effects = effectsAt(endpoint);
const options = { connection: { host: "127.0.0.1", port: Number(redisPort) } };

const { Queue, QueueEvents, Worker }: BullMq = await import(pathToFileURL(fromCache.resolve("bullmq")).href);
const events = new QueueEvents("orders", options);
const queue = new Queue("orders", options);
const worker = new Worker("orders", (job) => settleOrder(stepsOf(job), job.data.orderId, effects), {
  ...options,
  concurrency: AT_ONCE,
});
// Every order that waits listens to the queue.
queue.setMaxListeners(0);
worker.on("error", (error) => console.error(error.message));
await Promise.all([events.waitUntilReady(), worker.waitUntilReady()]);
await serveOrders(async (orderId) => {
  const kept = { attempts: 3, removeOnComplete: { count: 1000 } };
  const job = await queue.add("place", { orderId, done: [] }, kept);
  return job.waitUntilFinished(events);
});

/** A step that was done before a crash is not done again. */
function stepsOf(job: Job) {
  let next = 0;
  return async <T>(_name: string, act: () => Promise<T>): Promise<T> => {
    const step = next++;
    if (step < job.data.done.length) return job.data.done[step] as T;
    const result = await act();
    await job.updateData({ ...job.data, done: [...job.data.done, result] });
    return result;
  };
}
