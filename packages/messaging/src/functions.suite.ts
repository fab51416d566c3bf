// What every service's functions do: each has its file, and starts with what its manifest asks for.
import { readdirSync } from "node:fs";
import { beforeEach, expect, test, vi } from "vitest";
import { type FunctionManifest, functionsOf, type ServiceManifest } from "./manifest.ts";
import { testContext } from "./testing.ts";
import { environmentOf } from "./topology.ts";

export type LoadedFunction = { handler: (...given: unknown[]) => Promise<unknown> };

type Given = {
  service: ServiceManifest;
  /** Of the service's `functions/`. */
  directory: string;
  /** Imports a function's file anew, so that it reads its environment. */
  load: (name: string) => Promise<LoadedFunction>;
};

/** The environment that a stage gives this function, and no other variable. */
export function stubEnvironment(service: ServiceManifest, given: FunctionManifest): string[] {
  const any = () => "";
  const source = { value: any, tableName: any, busName: "", bucketName: any, queueUrl: any };
  const names = Object.keys(environmentOf(service, given, source));
  vi.stubEnv("AWS_REGION", "eu-west-1");
  for (const name of names) vi.stubEnv(name, service.settings[name] ?? "http://127.0.0.1:1/given");
  return names;
}

export function functionsSuite({ directory, load, service }: Given): void {
  const functions = functionsOf(service);
  /** A setting that may be empty is optional. */
  const isNeeded = (name: string) => service.settings[name] !== "";

  beforeEach(() => {
    vi.resetModules();
    vi.unstubAllEnvs();
  });

  test("every function of the manifest has its file, and every file its function", () => {
    const files = readdirSync(directory).filter((file) => !/adapters\.ts$|\.test\.ts$/.test(file));
    expect(files.sort()).toEqual(functions.map(({ name }) => `${name}.ts`).sort());
  });

  test.for(functions)("$name starts with what its manifest asks for", async (given) => {
    stubEnvironment(service, given);
    expect((await load(given.name)).handler).toBeInstanceOf(Function);
  });

  test.for(service.routes.filter(({ scopes }) => scopes.length > 0))(
    "$name refuses a token without a subject",
    async (given) => {
      stubEnvironment(service, given);
      const { handler } = await load(given.name);
      const requestContext = { authorizer: { jwt: { claims: { client_id: "machine-1" }, scopes: [] } } };
      expect(await handler({ headers: {}, requestContext }, testContext)).toMatchObject({ statusCode: 401 });
    },
  );

  test.for(functions)("$name does not start without a variable it needs, and names it", async (given) => {
    for (const name of stubEnvironment(service, given).filter(isNeeded)) {
      vi.resetModules();
      stubEnvironment(service, given);
      vi.stubEnv(name, "");
      await expect(load(given.name)).rejects.toThrow(`${name} is not set`);
    }
  });
}
