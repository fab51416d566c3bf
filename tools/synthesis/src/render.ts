// Evaluates sst.config.ts with SST's real components under Pulumi's mocks, in a process of its own.
import crypto from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire, syncBuiltinESMExports } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, transform } from "esbuild";
import { type BuildRequest, type Bundle, createBundler } from "./bundle.ts";
import { type Graph, type Resource, settingsOfGraph } from "./graph.ts";
import { called, made, NO_ARN } from "./mocks.ts";
import { platformFolder, root } from "./platform.ts";

// Pulumi notes a stack for each of its thousands of promises, a fifth of the time; two frames name the place.
Error.stackTraceLimit = 2;

const [stage = "", work = "", command = "deploy", detail = "bundles"] = process.argv.slice(2);

async function render(): Promise<Graph> {
  const bundles: Bundle[] = [];
  const bundle = detail === "outline" ? emptyBundle : createBundler(root, join(work, "bundles"));
  const server = await serveSst(async (request) => {
    const built = await bundle(request);
    bundles.push(built);
    return built;
  });
  const app = await appOf(stage);
  const { region } = app.providers.aws;
  const program = await evaluated(app);
  const require = createRequire(join(platformFolder, "x.js"));
  const pulumi = require("@pulumi/pulumi");
  const resources: Resource[] = [];
  const found: Graph["found"] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ id, inputs, name, type }: MockResource) {
        if (id) {
          const { resource, state } = made(type, name, { name: id }, region);
          found.push({ type, name, id, arn: resource.arn });
          return { id, state };
        }
        const { resource, state } = made(type, name, inputs, region);
        if (!type.startsWith("sst:") && !type.startsWith("pulumi:"))
          resources.push({ ...resource, options: {} });
        return { id: resource.id, state };
      },
      call: ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) =>
        called(token, inputs, region),
    },
    app.name,
    stage,
    false,
  );
  const dependencies = listenForDependencies(require("@pulumi/pulumi/runtime/settings").getMonitor());
  const options = new Map<string, Given>();
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(
      ({ type, name, opts }: { type: string; name: string; opts: Given }) => {
        options.set(`${type} ${name}`, opts);
        return undefined;
      },
    );
    return program();
  });
  const { getStore } = require("@pulumi/pulumi/runtime/state");
  await settled(() => getStore().leakCandidates.size);
  server.close();
  refuseUnknownArns(resources);
  for (const each of resources) {
    const key = `${each.type} ${each.name}`;
    each.options.retainOnDelete = options.get(key)?.retainOnDelete ?? false;
    each.options.ignoreChanges = options.get(key)?.ignoreChanges ?? [];
    each.options.dependsOn = dependencies.get(key) ?? [];
  }
  return {
    app: app.name,
    stage,
    region,
    settings: Object.fromEntries(settingsOfGraph.map((name) => [name, process.env[name] || undefined])),
    resources: resources.sort((a, b) => compare(`${a.type} ${a.name}`, `${b.type} ${b.name}`)),
    found,
    bundles: bundles.map(({ out: _, ...rest }) => rest).sort((a, b) => compare(a.handler, b.handler)),
    outputs: (await pulumi.output(outputs).promise?.()) ?? {},
  };
}

type Given = { retainOnDelete?: boolean; ignoreChanges?: string[] };

type Registration = { getType(): string; getName(): string; getDependenciesList(): string[] };
type Monitor = { registerResource(request: Registration, answer: unknown): unknown };

/**
 * What Pulumi's engine is told that each resource waits for, as `type name`: `dependsOn`, and every resource
 * of whose outputs an input is made. Mocks are not shown it, so their monitor is listened to.
 */
function listenForDependencies(monitor: Monitor): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    const names = request.getDependenciesList().map(typeAndName).sort(compare);
    found.set(`${request.getType()} ${request.getName()}`, [...new Set(names)]);
    return register(request, answer);
  };
  return found;
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME` → `TYPE NAME`. */
function typeAndName(urn: string): string {
  const [, , type = "", name = ""] = urn.split("::");
  return `${type.split("$").at(-1)} ${name}`;
}

/** An ARN that is made up proves nothing about the policy or target that it stands in. */
function refuseUnknownArns(resources: readonly Resource[]): void {
  const unknown = new RegExp(`${NO_ARN}([^"\\\\]+)`).exec(
    JSON.stringify(resources.map(({ inputs }) => inputs)),
  );
  if (unknown) throw new Error(`The deployment uses the ARN of ${unknown[1]}; add its format to mocks.ts.`);
}

/** In an outline functions have no code, which is the slow part of a rendering. */
async function emptyBundle({ functionID, handler }: BuildRequest): Promise<Bundle> {
  const out = join(work, "bundles", functionID);
  await mkdir(out, { recursive: true });
  return { functionID, handler, out, bytes: 0, gzipBytes: 0, sourceMapBytes: 0, inputs: {} };
}

/** A resource with an id is not made but looked up. */
type MockResource = { type: string; name: string; inputs: Record<string, unknown>; id?: string };

type App = {
  name: string;
  stage: string;
  removal: string;
  protect: boolean;
  providers: { aws: { region: string } };
};

/** What sst.config.ts says of the app in this stage, with SST's own defaults. */
async function appOf(stage: string): Promise<App> {
  const source = await readFile(join(root, "sst.config.ts"), "utf8");
  const { code } = await transform(source, { loader: "ts", format: "esm" });
  const file = join(work, "app.mjs");
  await writeFile(file, `const $config = (config) => config;\n${code}`);
  const config = (await import(pathToFileURL(file).href)).default as { app(input: object): object };
  return { removal: "retain", protect: false, ...config.app({ stage }), stage } as App;
}

/** Bundles sst.config.ts as SST's CLI does, globals and all, and returns its `run`. */
async function evaluated(app: object): Promise<() => Promise<unknown>> {
  const target = join(platformFolder, `synth.${process.pid}.mjs`);
  const globals = `import * as aws from "@pulumi/aws"; import * as sst from ${JSON.stringify(join(platformFolder, "src/components"))};`;
  const paths = { home: root, root, work, platform: platformFolder };
  const dev = command === "dev";
  const cli = { command, dev, paths, state: { version: {} }, env: {} };
  await build({
    banner: {
      js: `import { createRequire as topLevelCreateRequire } from "module"; const require = topLevelCreateRequire(import.meta.url);
import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"; const __filename = topLevelFileUrlToPath(import.meta.url);
const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url));`,
    },
    stdin: {
      contents: `import { run } from ${JSON.stringify(join(platformFolder, "src/auto/run.ts"))};
import config from ${JSON.stringify(join(root, "sst.config.ts"))};
export default () => run(config.run);`,
      resolveDir: root,
      sourcefile: "eval.ts",
      loader: "ts",
    },
    mainFields: ["module", "main"],
    format: "esm",
    platform: "node",
    bundle: true,
    outfile: target,
    logLevel: "error",
    nodePaths: [join(platformFolder, "node_modules")],
    inject: [join(platformFolder, "src/shim/run.js")],
    define: { $app: JSON.stringify(app), $cli: JSON.stringify(cli), $dev: String(dev) },
    external: [
      "@pulumi/*",
      "undici",
      "@pulumiverse/*",
      "@sst-provider/*",
      "@aws-sdk/*",
      "esbuild",
      "archiver",
      "glob",
      "vite",
    ],
    plugins: [
      {
        name: "globals",
        setup(plugin) {
          plugin.onLoad({ filter: /\.(js|ts|jsx|tsx)$/ }, async ({ path }) => {
            if (path.includes("/.sst/")) return undefined;
            return { contents: `${globals}\n${await readFile(path, "utf8")}`, loader: "default" };
          });
        },
      },
    ],
  });
  try {
    return (await import(pathToFileURL(target).href)).default;
  } finally {
    await rm(target);
  }
}

/** The part of SST's CLI that its components call back: where assets go, and building a function. */
async function serveSst(buildFunction: (request: BuildRequest) => Promise<Bundle>) {
  const answer = async (method: string, params: unknown): Promise<unknown> => {
    switch (method) {
      case "Provider.Aws.Bootstrap":
        return { asset: "assets", state: "state", assetEcrRegistryId: "1", assetEcrUrl: "ecr" };
      case "Runtime.Build": {
        const { functionID, handler, properties } = params as BuildRequest & {
          properties: BuildRequest["nodejs"];
        };
        const built = await buildFunction({
          functionID,
          handler,
          nodejs: optionsOf(properties),
        });
        return { handler: built.handler, out: built.out, errors: [], sourcemaps: [] };
      }
      // In `sst dev`: the functions that run on the developer's machine, and how Lambda reaches them.
      case "Runtime.AddTarget":
        return {};
      case "Provider.Aws.Appsync":
        return { http: "appsync.example.com", realtime: "appsync-realtime.example.com" };
      default:
        throw new Error(
          `SST's components called ${method}, which the rendering does not know; add it to render.ts.`,
        );
    }
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, params } = JSON.parse(Buffer.concat(chunks).toString());
    const result = await answer(method, Array.isArray(params) ? params[0] : params).then(
      (value) => ({ result: value }),
      (error) => ({ error: String(error instanceof Error ? error.message : error) }),
    );
    response.end(JSON.stringify(result));
  });
  // On a busy machine SST asks again just when an idle connection is closed.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.SST_SERVER = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return server;
}

function optionsOf({ minify, sourcemap, esbuild }: BuildRequest["nodejs"]): BuildRequest["nodejs"] {
  return {
    ...(minify !== undefined && { minify }),
    ...(sourcemap !== undefined && { sourcemap }),
    ...(esbuild && { esbuild }),
  };
}

/** Components register resources in promises they do not return; Pulumi counts them: wait for zero. */
async function settled(unsettledPromises: () => number): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    quiet = unsettledPromises() === 0 ? quiet + 1 : 0;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Pulumi marks a secret value with this signature; every secret here is an example, so it is removed. */
const SECRET = "4dabf18193072939515e22adb298388d";

function unmarked(_key: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && SECRET in value
    ? (value as { value?: unknown }).value
    : value;
}

// SST ends physical names with random letters; here they are a stage's own, so that two graphs can be
// compared.
crypto.randomBytes = ((size: number) =>
  crypto.createHash("shake256", { outputLength: size }).update(stage).digest()) as typeof crypto.randomBytes;
syncBuiltinESMExports();

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

process.on("unhandledRejection", fail);

await writeFile(join(work, "graph.json"), JSON.stringify(await render().catch(fail), unmarked, 2));
process.exit(0);
