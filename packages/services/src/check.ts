// Finds what was forgotten about a service: one sentence each, with what is missing, where, and what to do.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type EventType, eventTypes, producerOf } from "@order-saga/contracts";
import { functionsOf, type ServiceManifest } from "@order-saga/messaging";
import { checkBounds } from "@order-saga/messaging/bounds";
import { checkGraph } from "@order-saga/messaging/graph";
import { functionPath, missingFunction } from "./functions.ts";
import { everyService as listed } from "./index.ts";

export type Repository = {
  /** The folder that has `packages/`, as a URL that ends with a slash. */
  readonly root: URL;
  readonly services: readonly ServiceManifest[];
  /** The events of the contracts with the service that publishes each. */
  readonly events: readonly { readonly type: EventType; readonly producer: string }[];
};

const here: Repository = {
  root: new URL("../../../", import.meta.url),
  services: listed,
  events: eventTypes.map((type) => ({ type, producer: producerOf(type) })),
};

/** Everything that is missing, one sentence each; none if the services are complete. */
export function checkServices(repository: Repository = here): string[] {
  const { services } = repository;
  return [
    ...unlistedFolders(repository),
    ...missingDependencies(repository),
    ...services.flatMap((service) => [
      ...functionsOf(service).flatMap(({ name }) => badFunction(repository, service, name)),
      ...unnamedFunctions(repository, service),
    ]),
    ...unsaidEvents(repository),
    ...checkGraph(services),
    ...checkBounds(services),
  ];
}

/** Something was forgotten about a service; the message says what, where, and what to do. */
export class IncompleteServices extends Error {
  override readonly name = "IncompleteServices";
}

/** Throws IncompleteServices with every sentence: a command stops before it fails in a less helpful way. */
export function assertServices(repository: Repository = here): void {
  const problems = checkServices(repository);
  if (problems.length > 0) throw new IncompleteServices(problems.join("\n"));
}

function unlistedFolders({ root, services }: Repository): string[] {
  return readdirSync(new URL("packages/", root))
    .filter((folder) => existsSync(new URL(`packages/${folder}/src/service.ts`, root)))
    .filter((folder) => !services.some(({ name }) => name === folder))
    .map(
      (folder) =>
        `packages/${folder}/src/service.ts is in no list: add its manifest to packages/services/src/index.ts, ` +
        `or move the file if ${folder} is no service.`,
    );
}

function missingDependencies({ root, services }: Repository): string[] {
  const { dependencies } = JSON.parse(
    readFileSync(new URL("packages/services/package.json", root), "utf8"),
  ) as { dependencies: Readonly<Record<string, string>> };
  return services
    .filter(({ name }) => !Object.hasOwn(dependencies, `@order-saga/${name}`))
    .map(
      ({ name }) =>
        `packages/services/package.json lacks the dependency "@order-saga/${name}": "workspace:*": ` +
        "add it, and run npx pnpm@12 install.",
    );
}

const exportsHandler = /^export (const|async function|function) handler\b/m;
const exportsCreate = /^export (const|async function|function) create\b/m;

function badFunction({ root }: Repository, service: ServiceManifest, name: string): string[] {
  const file = new URL(functionPath(service.name, name), root);
  if (!existsSync(file)) return [missingFunction(service.name, name)];
  const code = readFileSync(file, "utf8");
  const missing = [
    ...(exportsCreate.test(code)
      ? []
      : ["`create`, which composes the function from an execution environment"]),
    ...(exportsHandler.test(code)
      ? []
      : ["`handler`, which Lambda calls: `export const handler = create(lambda);`"]),
  ];
  return missing.map((each) => `${functionPath(service.name, name)} has to export ${each}.`);
}

function unnamedFunctions({ root }: Repository, service: ServiceManifest): string[] {
  const folder = new URL(`packages/${service.name}/src/functions/`, root);
  if (!existsSync(folder)) return [];
  const named = functionsOf(service).map(({ name }) => name);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .filter((file) => exportsHandler.test(readFileSync(new URL(file, folder), "utf8")))
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) => !named.includes(name))
    .map(
      (name) =>
        `${functionPath(service.name, name)} exports a handler, but no manifest names it: ` +
        `add it to packages/${service.name}/src/service.ts, or delete it.`,
    );
}

function unsaidEvents({ services, events }: Repository): string[] {
  return events.flatMap(({ type, producer }) => {
    const owner = services.find(({ name }) => name === producer);
    if (!owner)
      return [
        `${type} is published by ${producer}, which is not in packages/services/src/index.ts: add that service, ` +
          "or delete the event from packages/contracts/src/events.",
      ];
    if (functionsOf(owner).some(({ says }) => says.includes(type))) return [];
    return [
      `${type} is an event of ${producer}, but none of its functions may publish it: add it to the \`says\` of one ` +
        `in packages/${producer}/src/service.ts, or delete the event from packages/contracts/src/events.`,
    ];
  });
}
