// Cold starts as a picture for docs/performance.md.
import { barPicture, colours } from "../picture.ts";
import type { FunctionResult } from "./measure.ts";
import type { VariantName } from "./variants.ts";

const shown: readonly (readonly [VariantName, string])[] = [
  ["deployed", "as deployed"],
  ["defaults", "the same sources by SST's defaults"],
  ["customary", "SST's default bundle, with zod as it is usually imported"],
];

export function coldPicture(results: readonly FunctionResult[]): string {
  return barPicture(
    "CPU of a cold start, from the import to the first answer, in milliseconds",
    shown.map(([, name], index) => ({ name, colour: colours[index] ?? "#000" })),
    results.map(({ name, variants }) => ({
      label: name,
      values: shown.map(([key]) => variants[key]?.cpuMilliseconds ?? 0),
    })),
    (value) => value.toFixed(0),
  );
}
