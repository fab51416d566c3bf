// The accepted counts of every ending, so that none rises unnoticed.
import { readFile, writeFile } from "node:fs/promises";
import type { EndingName } from "./endings.ts";
import { counted, type Operations } from "./operations.ts";

type Counts = Record<(typeof counted)[number], number>;
export type Golden = Partial<Record<EndingName, Counts>>;

const file = new URL("golden/operations.json", import.meta.url);

export const readGolden = async (): Promise<Golden> => JSON.parse(await readFile(file, "utf8")) as Golden;

export const writeGolden = (golden: Golden): Promise<void> =>
  writeFile(file, `${JSON.stringify(golden, null, 2)}\n`);

export function countsOf(operations: Operations): Counts {
  return Object.fromEntries(counted.map((name) => [name, Number(operations[name].toFixed(4))])) as Counts;
}

export const remedy = "If an order may cost that now, accept it: npx pnpm@12 cost --accept";

/** Every count that differs from the accepted one, in words. */
export function differences(ending: string, golden: Counts | undefined, counts: Counts): string[] {
  return counted.flatMap((name) => {
    const [was, is] = [golden?.[name], counts[name]];
    if (was === is) return [];
    const verdict = was === undefined || is > was ? "rose" : "fell";
    return [`${ending}: ${name} ${verdict} from ${was ?? "nothing"} to ${is}. ${remedy}`];
  });
}
