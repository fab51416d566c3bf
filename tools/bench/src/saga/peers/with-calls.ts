// A peer beside the cloud that its steps call: same writes, provider calls and mails as the laptop's order.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Contender } from "../contender.ts";
import { sender } from "../post.ts";
import { usageOf } from "../processes.ts";
import { end, place, type Service, startService } from "./service.ts";

/** Starts a peer; with a cloud its steps call that, without one they change a map. */
export type StartPeer = (name: string, cloud?: Service) => Promise<Contender>;

/** What the steps write is on the disk, as the persisted laptop's is. */
export async function startWithCalls(name: string, start: StartPeer): Promise<Contender> {
  const directory = mkdtempSync(join(tmpdir(), "order-saga-cloud-"));
  const cloud = await startService("./cloud.ts", directory);
  const stopCloud = async () => {
    await end(cloud.process);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const peer = await start(name, cloud);
    return { ...peer, stop: () => peer.stop().finally(stopCloud) };
  } catch (error) {
    await stopCloud();
    throw error;
  }
}

/** The words that tell a peer's process where its cloud is. */
export const endpointOf = (cloud?: Service): string[] => (cloud ? [`http://127.0.0.1:${cloud.port}`] : []);

/** The process ids of which a contender's use is the sum. */
export const processesOf = (...services: (Service | undefined)[]): number[] =>
  services.flatMap((each) => each?.process.pid ?? []);

/** A peer that is one process behind HTTP and has no store of its own. */
export async function startHttpPeer(name: string, file: string, cloud?: Service): Promise<Contender> {
  const service = await startService(file, ...endpointOf(cloud));
  const { send, close } = sender(`http://127.0.0.1:${service.port}`);
  return {
    name,
    settle: () => place(send, "/"),
    usage: async () => usageOf(processesOf(service, cloud)),
    async stop() {
      close();
      await end(service.process);
    },
  };
}
