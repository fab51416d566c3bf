// `pnpm check`, step bundles: bundles every function as deployed and judges its size and contents.
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { functionsOf } from "@order-saga/messaging";
import { everyService } from "@order-saga/services";
import { bundlingOf } from "@order-saga/stacks/bundling";
import { type BuildRequest, bundleAll } from "./bundle.ts";
import { root } from "./platform.ts";
import { bundlePromises } from "./promises/bundles.ts";

export const requests: readonly BuildRequest[] = everyService.flatMap((service) =>
  functionsOf(service).map((manifest) => ({
    functionID: `${service.name}-${manifest.name}`,
    handler: `packages/${service.name}/src/functions/${manifest.name}.handler`,
    nodejs: bundlingOf(manifest),
  })),
);

if (import.meta.main) {
  const folder = await mkdtemp(join(root, "node_modules", ".bundles-"));
  try {
    const bundles = await bundleAll(requests, root, folder);
    const graph = {
      app: "",
      stage: "",
      region: "",
      settings: {},
      resources: [],
      found: [],
      outputs: {},
      bundles,
    };
    const broken = bundlePromises.flatMap(({ broken }) => broken(graph));
    for (const each of broken) console.error(each);
    const largest = Math.max(...bundles.map(({ gzipBytes }) => gzipBytes));
    console.log(`${bundles.length} functions bundled, the largest of ${largest} bytes gzipped`);
    process.exitCode = broken.length > 0 ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true });
  }
}
