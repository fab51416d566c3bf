// What is compared of a commit and of the working tree: documents, accepted counts, and the rendered stage.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Graph } from "@order-saga/synthesis/graph";
import { ensurePlatform } from "@order-saga/synthesis/platform";
import { fileOf, root } from "../commits.ts";
import { type Contracts, contractsOfTree } from "../released.ts";
import { withCheckout } from "./checkout.ts";

export type Description = {
  readonly contracts: Contracts;
  /** The accepted counts of an order, by how it ends. */
  readonly counts: Readonly<Record<string, { readonly events: number }>>;
  /** Of a million orders of each ending, in dollars, as docs/performance.md says it. */
  readonly dollars: Readonly<Record<string, number>>;
  readonly graph: Pick<Graph, "app" | "stage" | "resources" | "bundles">;
};

const countsFile = "tools/bench/src/cost/golden/operations.json";
const costFile = "docs/performance.md";

export async function describeTree(): Promise<Description> {
  return {
    contracts: contractsOfTree(),
    counts: JSON.parse(readFileSync(root + countsFile, "utf8")),
    dollars: dollarsIn(readFileSync(root + costFile, "utf8")),
    graph: await graphOf(root),
  };
}

export async function describeCommit(commit: string): Promise<Description> {
  const read = (path: string) => JSON.parse(fileOf(commit, path) ?? "{}");
  await ensurePlatform();
  return {
    contracts: {
      asyncapi: read("packages/contracts/asyncapi.json"),
      openapi: read("packages/contracts/openapi.json"),
    },
    counts: read(countsFile),
    dollars: dollarsIn(fileOf(commit, costFile) ?? ""),
    graph: await withCheckout(commit, graphOf),
  };
}

/** The table of the endings, which `pnpm cost --accept` writes and a test holds. */
export function dollarsIn(document: string): Record<string, number> {
  const [, table = ""] = /^Dollars per million orders.*\n\n((?:\|.*\n)+)/m.exec(document) ?? [];
  const rows = [...table.matchAll(/^\| (.+?) \| ([\d., ]+) \|$/gm)];
  const figures = rows.flatMap(([, ending = "", list = ""]) => {
    const values = list.split(", ");
    const nameOf = (index: number) => (values.length > 1 ? `${ending} (${index + 1})` : ending);
    return values.map((value, index) => [nameOf(index), Number(value)] as const);
  });
  return Object.fromEntries(figures);
}

/** Production with example settings, rendered by the folder's own code. */
async function graphOf(folder: string): Promise<Graph> {
  const file = pathToFileURL(join(folder, "tools/synthesis/src/synthesize.ts"));
  const { synthesize } = (await import(file.href)) as typeof import("@order-saga/synthesis/synthesize");
  return synthesize("production");
}
