// BullMQ as a contender: jobs on a Redis that appends every change to a file and flushes it each second.
import type { Contender } from "../contender.ts";
import { sender } from "../post.ts";
import { usageOf } from "../processes.ts";
import { installPeers } from "./install.ts";
import { startRedis } from "./redis.ts";
import { end, place, type Service, startService, until } from "./service.ts";
import { endpointOf, processesOf } from "./with-calls.ts";

export async function startBullMq(name: string, cloud?: Service): Promise<Contender> {
  installPeers(["bullmq", "ioredis"]);
  const redis = await startRedis();
  const service = await until("BullMQ", 30, () =>
    startService("./bullmq-service.ts", String(redis.port), ...endpointOf(cloud)),
  );
  const { send, close } = sender(`http://127.0.0.1:${service.port}`);
  return {
    name,
    settle: () => place(send, "/"),
    usage: async () => usageOf([redis.pid, ...processesOf(service, cloud)]),
    async stop() {
      close();
      await end(service.process);
      await redis.stop();
    },
  };
}
