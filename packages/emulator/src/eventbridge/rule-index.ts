// Finds the rules of a bus that an event can match without trying every rule.
import { flatten } from "./flatten.ts";
import type { BusEvent, LiveRule } from "./model.ts";

export type RuleIndex = { matching(event: BusEvent): LiveRule[] };

/** Rules that name exact detail-types or sources are looked up by them, if possible by both; the rest are always tried. */
export function indexRules(rules: Iterable<LiveRule>): RuleIndex {
  const buckets = new Map<string, LiveRule[]>();
  for (const rule of rules) {
    if (!rule.enabled || !rule.compiled) continue;
    for (const key of keysOf(rule.compiled)) {
      const bucket = buckets.get(key);
      if (bucket) bucket.push(rule);
      else buckets.set(key, [rule]);
    }
  }
  return {
    matching(event) {
      const { source, "detail-type": detailType } = event;
      const keys = [
        keyOf(source, detailType),
        keyOf(undefined, detailType),
        keyOf(source, undefined),
        keyOf(undefined, undefined),
      ];
      const candidates = keys.flatMap((key) => buckets.get(key) ?? []);
      if (candidates.length === 0) return [];
      const detailMatters = candidates.some((rule) => rule.compiled?.looksIntoDetail);
      const flat = flatten(detailMatters ? event : { ...event, detail: {} });
      return candidates.filter((rule) => rule.compiled?.matchesFlat(flat));
    },
  };
}

/** A pattern with more combinations than this is looked up by its detail-types alone. */
const MAXIMUM_KEYS = 1000;

/** Every rule is under distinct keys, and an event finds it under at most one of them. */
function keysOf(pattern: NonNullable<LiveRule["compiled"]>): string[] {
  const sources = pattern.exactValues("source") ?? [undefined];
  const detailTypes = pattern.exactValues("detail-type") ?? [undefined];
  if (sources.length * detailTypes.length > MAXIMUM_KEYS) {
    return detailTypes.map((detailType) => keyOf(undefined, detailType));
  }
  return sources.flatMap((source) => detailTypes.map((detailType) => keyOf(source, detailType)));
}

function keyOf(source: string | undefined, detailType: string | undefined): string {
  return JSON.stringify([source ?? null, detailType ?? null]);
}
