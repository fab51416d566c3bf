// The last release's functions, and the working tree's beside them, as the simulator runs them.
import { importFunction } from "@order-saga/services/functions";
import type { Versions } from "@order-saga/simulation/deployments";
import { loadFunctions } from "@order-saga/simulation/load-functions";
import type { ReleasedCode } from "../bundle.ts";
import { codeOfCommit, releasedCode } from "../released.ts";

/**
 * Grants, queues and tables are the working tree's for both, as in AWS, where they have no versions. A new
 * function runs from the beginning: its alias has no earlier version.
 */
export async function versionsBeside({ load }: ReleasedCode): Promise<Versions> {
  const first = await loadFunctions(
    (service, name) => load[`${service}-${name}`]?.() ?? importFunction(service, name),
  );
  return { first, second: await loadFunctions() };
}

/** A module's address may end in `?from=COMMIT`, to run that commit in the place of the last release. */
export async function loadVersions(): Promise<Versions> {
  const from = new URL(import.meta.url).searchParams.get("from");
  return versionsBeside(await (from ? codeOfCommit(from) : releasedCode()));
}
