// What is mutated: the rules, reactions, routes and sweeps of each service, and the kit that they share.
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folders of a package's `src/` whose files are rules; the others hold adapters and entries. */
export const subjects: Readonly<Record<string, readonly string[]>> = {
  inventory: [".", "feed"],
  orders: [".", "bulk"],
  payment: ["."],
  notification: [".", "mails"],
  messaging: ["."],
};

export const folderOf = (name: string): string =>
  fileURLToPath(new URL(`../../../packages/${name}/`, import.meta.url));

/** Manifests are judged over the rendered deployment, ports are types, the others are for tests. */
const NO_RULES = /(^|\/)(service|ports|testing|index)\.ts$|\.(test|suite)\.ts$/;

/**
 * Messaging's adapters, which suites over the emulator try, and its descriptions of a deployment, which are
 * judged where they are rendered and used.
 */
const ADAPTERS =
  /^src\/(client-settings|due|dynamodb|(execution|granted)-environment|lambda|tasks|transport)\.ts$/;
const DEPLOYMENT = /^src\/(grants|manifest|plain-arns|queue-policy|role|table|topology)\.ts$/;

/** The files of a package that are mutated, from its folder on. */
export function mutatedFiles(name: string): string[] {
  const folders = subjects[name] ?? [];
  return folders
    .flatMap((folder) => globSync(`src/${folder}/*.ts`, { cwd: folderOf(name) }))
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => ![NO_RULES, ADAPTERS, DEPLOYMENT].some((each) => each.test(path)))
    .sort();
}
