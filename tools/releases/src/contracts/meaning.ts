// What a number means, which its schema alone does not say: the units in its description, and its examples.
import type { Difference, Schema } from "./schema.ts";

/** Words for one unit count as one. */
const units: readonly (readonly [name: string, words: RegExp])[] = [
  ["minor units", /\bminor units?\b|\bcents?\b|\bpence\b/i],
  ["major units", /\bmajor units?\b|\bwhole units?\b|\beuros?\b|\bdollars?\b|\bpounds?\b/i],
  ["milliseconds", /\bmilliseconds?\b|\bms\b/i],
  ["seconds", /\bseconds?\b/i],
  ["minutes", /\bminutes?\b/i],
  ["hours", /\bhours?\b/i],
  ["days", /\bdays?\b/i],
  ["weeks", /\bweeks?\b/i],
  ["kilobytes", /\bkilobytes?\b|\bkb\b/i],
  ["bytes", /\bbytes?\b/i],
  ["grams", /\bgrams?\b/i],
  ["kilograms", /\bkilograms?\b|\bkg\b/i],
  ["percent", /\bper ?cent\b|%/i],
  ["basis points", /\bbasis points?\b/i],
  ["pieces", /\bpieces?\b/i],
  ["packs", /\bpacks?\b|\bdozens?\b/i],
  ["net", /\bnet\b|\b(?:without|before|excluding) tax/i],
  ["gross", /\bgross\b|\b(?:with|after|including) tax/i],
  ["UTC", /\bUTC\b/],
  ["local time", /\blocal time\b/i],
];

/** The units of a number or a time, by its `x-unit` or its description. */
export function unitsIn(schema: Schema): string[] {
  if (schema["x-unit"] !== undefined) return [String(schema["x-unit"])];
  const isMeasured = ["integer", "number"].includes(String(schema.type)) || schema.format === "date-time";
  const text = typeof schema.description === "string" && isMeasured ? schema.description : "";
  return units.filter(([, words]) => words.test(text)).map(([name]) => name);
}

/** Numbers that differ at one place of two examples: of the same schema, and maybe of another unit. */
export function otherNumbers(before: unknown, after: unknown, at = ""): Difference[] {
  if (typeof before === "number" && typeof after === "number" && before !== after)
    return [{ at, kind: "meaning", what: `was ${before} in the example, and is ${after}` }];
  if (typeof before !== "object" || typeof after !== "object" || !before || !after) return [];
  const later = after as Record<string, unknown>;
  return Object.entries(before).flatMap(([name, value]) => otherNumbers(value, later[name], `${at}/${name}`));
}
