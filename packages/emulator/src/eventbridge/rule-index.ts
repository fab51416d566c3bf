// Finds the rules of a bus that an event can match without trying every rule.
import { type FlatEvent, flatten } from "./flatten.ts";
import type { BusEvent, LiveRule } from "./model.ts";

export type RuleIndex = { matching(event: BusEvent): LiveRule[] };

/** Rules that name exact detail-types, or else exact sources, are looked up by them; the rest are tried each time. */
export function indexRules(rules: readonly LiveRule[]): RuleIndex {
  const byDetailType = new Map<string, LiveRule[]>();
  const bySource = new Map<string, LiveRule[]>();
  const others: LiveRule[] = [];
  for (const rule of rules) {
    if (!rule.enabled || !rule.compiled) continue;
    const detailTypes = rule.compiled.exactValues("detail-type");
    const sources = rule.compiled.exactValues("source");
    if (detailTypes) add(byDetailType, detailTypes, rule);
    else if (sources) add(bySource, sources, rule);
    else others.push(rule);
  }
  return {
    matching(event) {
      const candidates = [
        ...(byDetailType.get(event["detail-type"]) ?? []),
        ...(bySource.get(event.source) ?? []),
        ...others,
      ];
      if (candidates.length === 0) return [];
      const flat: FlatEvent = flatten(event);
      return candidates.filter((rule) => rule.compiled?.matchesFlat(flat));
    },
  };
}

function add(index: Map<string, LiveRule[]>, values: readonly string[], rule: LiveRule): void {
  for (const value of new Set(values)) {
    const known = index.get(value);
    if (known) known.push(rule);
    else index.set(value, [rule]);
  }
}
