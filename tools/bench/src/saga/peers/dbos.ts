// DBOS as a contender: its workflows on a PostgreSQL that flushes every commit to the disk.
import type { Contender } from "../contender.ts";
import { sender } from "../post.ts";
import { usageOf } from "../processes.ts";
import { installPeers } from "./install.ts";
import { startPostgres } from "./postgres.ts";
import { end, place, type Service, startService, until } from "./service.ts";
import { endpointOf, processesOf } from "./with-calls.ts";

export async function startDbos(name: string, cloud?: Service): Promise<Contender> {
  installPeers(["@dbos-inc/dbos-sdk"]);
  const postgres = await startPostgres();
  const service = await until("DBOS", 30, () =>
    startService("./dbos-service.ts", postgres.url, ...endpointOf(cloud)),
  );
  const { send, close } = sender(`http://127.0.0.1:${service.port}`);
  return {
    name,
    settle: () => place(send, "/"),
    usage: async () => usageOf([postgres.pid, ...processesOf(service, cloud)]),
    async stop() {
      close();
      await end(service.process);
      await postgres.stop();
    },
  };
}
