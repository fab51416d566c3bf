// DBOS as a contender: its workflows on a PostgreSQL that flushes every commit to the disk.
import type { Contender } from "../contender.ts";
import { sender } from "../post.ts";
import { usageOf } from "../processes.ts";
import { installPeers } from "./install.ts";
import { startPostgres } from "./postgres.ts";
import { end, place, startService, until } from "./service.ts";

export async function startDbos(): Promise<Contender> {
  installPeers(["@dbos-inc/dbos-sdk"]);
  const postgres = await startPostgres();
  const service = await until("DBOS", 30, () => startService("./dbos-service.ts", postgres.url));
  const { send, close } = sender(`http://127.0.0.1:${service.port}`);
  return {
    name: "DBOS",
    settle: () => place(send, "/"),
    usage: async () => usageOf([postgres.pid, service.process.pid ?? 0]),
    async stop() {
      close();
      await end(service.process);
      await postgres.stop();
    },
  };
}
