// Bundles: a function carries its own code and the clients it uses, within its budget.
import { readFileSync } from "node:fs";
import { type FunctionManifest, functionsOf, type ServiceManifest } from "@order-saga/messaging";
import { everyService } from "@order-saga/services";
import type { Graph } from "../graph.ts";
import { type DeploymentPromise, promise } from "./promise.ts";

const budgets: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(new URL("../../budgets.json", import.meta.url), "utf8"),
);

/** Gzipped bytes a function may weigh; `name` is `<service>-<function>`. */
export function budgetOf(name: string): number {
  return budgets[name] ?? budgets.default ?? 0;
}

type Bundled = {
  name: string;
  service: ServiceManifest;
  manifest: FunctionManifest;
  bundle: Graph["bundles"][number];
};

/** A stage has an optional service whole or not at all. */
const isBuilt = ({ bundles }: Graph, { name, onlyWith }: ServiceManifest) =>
  onlyWith === undefined || bundles.some(({ handler }) => handler.startsWith(`packages/${name}/`));

/** Every function of the stage's services with its bundle. Throws on one that was not built. */
export function bundled(graph: Graph): Bundled[] {
  const { bundles } = graph;
  const services = everyService.filter((service) => isBuilt(graph, service));
  return services.flatMap((service) =>
    functionsOf(service).map((manifest) => {
      const handler = `packages/${service.name}/src/functions/${manifest.name}.handler`;
      const bundle = bundles.find((each) => each.handler === handler);
      if (!bundle) throw new Error(`${handler} was not built.`);
      return { name: `${service.name}-${manifest.name}`, service, manifest, bundle };
    }),
  );
}

/** Clients that weigh something, and who may carry them. */
const clients: readonly { path: string; usedBy: (each: Bundled) => boolean }[] = [
  { path: "/@aws-sdk/client-dynamodb/", usedBy: ({ manifest }) => manifest.table !== "none" },
  { path: "/@aws-sdk/lib-dynamodb/", usedBy: ({ manifest }) => manifest.table !== "none" },
  { path: "/@aws-sdk/client-eventbridge/", usedBy: ({ manifest }) => manifest.says.length > 0 },
  {
    path: "/@aws-sdk/client-sqs/",
    usedBy: ({ manifest }) => "hears" in manifest || manifest.sends.length > 0,
  },
  { path: "/@aws-sdk/client-s3/", usedBy: ({ manifest }) => manifest.objects !== "none" },
  { path: "/@aws-sdk/client-ses/", usedBy: ({ manifest }) => manifest.mail },
  { path: "/@middy/", usedBy: ({ manifest }) => "hears" in manifest },
];

/** What no function needs: Lambda's credentials are in its environment, and English is the API's language. */
const unwanted =
  /\/zod\/v4\/locales\/(?!en\.)|\/zod\/v4\/classic\/|\/credential-provider-(?!env|node)|\/event-streams\/|\/node_modules\/stripe\/|^\/tools\/|^\/packages\/(services|client)\/|\/vitest\/|\.test\.ts$/;

/** S3's client loads these when it is made; without them a function of it does not start. */
const streams = /\/event-streams\//;
const needsStreams = ({ objects }: FunctionManifest) => objects !== "none";

export const bundlePromises: readonly DeploymentPromise[] = [
  promise("every function is an ES module, minified, with a source map", (graph) =>
    bundled(graph)
      .filter(({ bundle }) => bundle.sourceMapBytes === 0 || bundle.bytes === 0)
      .map(({ name }) => `${name}: no source map`),
  ),
  promise("no function carries another service's code", (graph) =>
    bundled(graph).flatMap(({ name, service, bundle }) =>
      Object.keys(bundle.inputs)
        .filter((path) => {
          const owner = /^packages\/([a-z]+)\//.exec(path)?.[1];
          return owner !== service.name && everyService.some(({ name }) => name === owner);
        })
        .map((path) => `${name}: carries ${path}`),
    ),
  ),
  promise("no function carries a client it does not use", (graph) =>
    bundled(graph).flatMap((each) =>
      clients
        .filter(({ path, usedBy }) => !usedBy(each) && carries(each, path))
        .map(({ path }) => `${each.name}: carries ${path}`),
    ),
  ),
  promise("no function carries translations, other ways to credentials, test code or the laptop", (graph) =>
    bundled(graph).flatMap(({ name, manifest, bundle }) =>
      Object.keys(bundle.inputs)
        .filter((path) => unwanted.test(`/${path}`) && !(needsStreams(manifest) && streams.test(path)))
        .map((path) => `${name}: carries ${path}`),
    ),
  ),
  promise("every function is within its budget, and every budget names a function", (graph) => {
    const functions = bundled(graph);
    const over = functions
      .filter(({ name, bundle }) => bundle.gzipBytes > budgetOf(name))
      .map(
        ({ name, bundle }) =>
          `${name}: ${bundle.gzipBytes} bytes gzipped, budget ${budgetOf(name)} (tools/synthesis/budgets.json)`,
      );
    const names = new Set(functions.map(({ name }) => name));
    const stale = Object.keys(budgets).filter((name) => name !== "default" && !names.has(name));
    return [
      ...over,
      ...stale.map(
        (name) => `${name}: no function has this name; delete its line in tools/synthesis/budgets.json`,
      ),
    ];
  }),
];

function carries({ bundle }: Bundled, path: string): boolean {
  return Object.keys(bundle.inputs).some((input) => `/${input}`.includes(path));
}
