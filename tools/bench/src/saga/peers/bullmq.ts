// BullMQ as a contender: jobs on a Redis that appends every change to a file and flushes it each second.
import type { Contender } from "../contender.ts";
import { sender } from "../post.ts";
import { usageOf } from "../processes.ts";
import { installPeers } from "./install.ts";
import { startRedis } from "./redis.ts";
import { end, place, startService, until } from "./service.ts";

export async function startBullMq(): Promise<Contender> {
  installPeers(["bullmq", "ioredis"]);
  const redis = await startRedis();
  const service = await until("BullMQ", 30, () => startService("./bullmq-service.ts", String(redis.port)));
  const { send, close } = sender(`http://127.0.0.1:${service.port}`);
  return {
    name: "BullMQ",
    settle: () => place(send, "/"),
    usage: async () => usageOf([redis.pid, service.process.pid ?? 0]),
    async stop() {
      close();
      await end(service.process);
      await redis.stop();
    },
  };
}
