// AWS durable functions as a contender, by their SDK's local runner: no account, and no disk.
import type { Contender } from "../contender.ts";
import { installPeers } from "./install.ts";
import type { Service } from "./service.ts";
import { startHttpPeer } from "./with-calls.ts";

export async function startDurable(name: string, cloud?: Service): Promise<Contender> {
  installPeers(["@aws/durable-execution-sdk-js", "@aws/durable-execution-sdk-js-testing"]);
  return startHttpPeer(name, "./durable-service.ts", cloud);
}
