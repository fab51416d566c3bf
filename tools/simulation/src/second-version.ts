// The services' next version, for deployments during a run: the same source, with one more event field.
import { registerHooks } from "node:module";
import { functionUrl } from "@order-saga/services/functions";
import type { FunctionCode } from "./lambda.ts";
import { loadFunctions } from "./load-functions.ts";

const VERSION = "?version=2";
/** Everything that ships is loaded once more. */
const OURS = /\/packages\/[^/]+\/src\//;

/** What a later release might add to every envelope: a field that the version before it does not know. */
const patch = {
  file: "/packages/contracts/src/events/index.ts",
  find: "    producer: producerOf(type),\n",
  replace: '    producer: producerOf(type),\n    release: "2",\n',
};

/** Imports every function once more, from modules of its own; both versions share what they depend on. */
export async function loadSecondVersion(): Promise<ReadonlyMap<string, FunctionCode>> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const isSecond = context.parentURL?.endsWith(VERSION) || specifier.endsWith(VERSION);
      if (!isSecond || !OURS.test(resolved.url) || resolved.url.endsWith(VERSION)) return resolved;
      return { ...resolved, url: `${resolved.url}${VERSION}` };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(`${patch.file}${VERSION}`)) return loaded;
      const source = String(loaded.source);
      if (!source.includes(patch.find)) throw new Error(`The second version does not fit ${patch.file}.`);
      return { ...loaded, source: source.replace(patch.find, patch.replace) };
    },
  });
  try {
    return await loadFunctions((service, name) => import(`${functionUrl(service, name)}${VERSION}`));
  } finally {
    hooks.deregister();
  }
}
