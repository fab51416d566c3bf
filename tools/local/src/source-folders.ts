// Where the services' sources are on this disk, and the name of the laptop's event bus.
export const BUS_NAME = "order-saga";

/** The folder that holds every package that ships. */
export const PACKAGES = new URL("../../../packages/", import.meta.url);

/** A module is loaded once per address. */
let readings = 0;

/** A service's manifest as its file says now, not as it was when this process started. */
export async function freshManifest(service: string): Promise<unknown> {
  const file = new URL(`${service}/src/service.ts?reading=${++readings}`, PACKAGES);
  return ((await import(file.href)) as Record<string, unknown>)[service];
}

/** The folder that holds a function's file, `<name>.ts`. */
export function functionsFolder(service: string): URL {
  return new URL(`${service}/src/functions/`, PACKAGES);
}
