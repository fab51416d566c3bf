// Which package belongs to which service: contracts and messaging run in every one, what else is saved in
// one or none.
import { fileURLToPath } from "node:url";
import { services } from "@order-saga/services";
import type { Closers } from "../closers.ts";
import type { Functions } from "../lambda/functions.ts";
import { freshManifest, PACKAGES } from "../source-folders.ts";
import { startLiveReload } from "./live-reload.ts";

export async function watchServices(
  closers: Closers,
  functions: Functions,
  {
    onNotice = () => {},
    onWarning,
  }: { onNotice?: (line: string) => void; onWarning: (line: string) => void },
): Promise<void> {
  const live = await startLiveReload({
    packages: fileURLToPath(PACKAGES),
    services: services.map(({ name }) => name),
    shared: ["contracts", "messaging"],
    reload: (service) => functions.reload(service),
    manifestOf: async (service) => JSON.stringify(await freshManifest(service)),
    onNotice,
    onWarning,
  });
  closers.add(() => live.stop());
}
