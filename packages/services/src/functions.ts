// The code of a function, found by service and name, so that users need not depend on every service.
import { existsSync } from "node:fs";

/** Where a function's code is, from the repository's root. */
export const functionPath = (service: string, name: string): string =>
  `packages/${service}/src/functions/${name}.ts`;

export const missingFunction = (service: string, name: string): string =>
  `The manifest of ${service} names the function ${name}, but ${functionPath(service, name)} does not exist: ` +
  `write that file, or take ${name} out of packages/${service}/src/service.ts.`;

const root = new URL("../../../", import.meta.url);

export const functionUrl = (service: string, name: string): string =>
  new URL(functionPath(service, name), root).href;

/** What a function's file exports. Throws with what to do if the file does not exist. */
export async function importFunction(service: string, name: string): Promise<unknown> {
  if (!existsSync(new URL(functionUrl(service, name)))) throw new Error(missingFunction(service, name));
  return import(`@order-saga/${service}/functions/${name}`);
}
