// Finds the rules of a bus that an event can match without trying every rule.
import { type FlatEvent, flatten } from "./flatten.ts";
import type { BusEvent, LiveRule } from "./model.ts";

export type RuleIndex = { matching(event: BusEvent): LiveRule[] };

type Pattern = NonNullable<LiveRule["compiled"]>;
type Rules = Map<string, LiveRule[]>;

/** Rules of one source and detail-type, by the first other field for which they require exact texts. */
type Bucket = { byField: Map<string, Rules>; rest: LiveRule[]; looksIntoDetail: boolean };

/**
 * Rules with exact sources or detail-types are looked up by them, by both if possible, and then by another
 * field with exact texts. Rules without any exact text, such as a prefix alone, are always tried.
 */
export function indexRules(rules: Iterable<LiveRule>): RuleIndex {
  const buckets = new Map<string, Bucket>();
  for (const rule of rules) {
    if (!rule.enabled || !rule.compiled) continue;
    for (const key of keysOf(rule.compiled)) {
      const bucket = buckets.get(key) ?? { byField: new Map(), rest: [], looksIntoDetail: false };
      buckets.set(key, bucket);
      add(bucket, rule, rule.compiled);
    }
  }
  return {
    matching(event) {
      const found = headsOf(event).flatMap((key) => buckets.get(key) ?? []);
      if (found.length === 0) return [];
      const detailMatters = found.some((bucket) => bucket.looksIntoDetail);
      const flat = flatten(detailMatters ? event : { ...event, detail: {} });
      const candidates = found.flatMap((bucket) => [...bucket.rest, ...byFields(bucket, flat)]);
      return candidates.filter((rule) => rule.compiled?.matchesFlat(flat));
    },
  };
}

function add(bucket: Bucket, rule: LiveRule, pattern: Pattern): void {
  bucket.looksIntoDetail ||= pattern.looksIntoDetail;
  const path = pattern.exactPaths.find((each) => !HEAD.has(each));
  if (path === undefined) return void bucket.rest.push(rule);
  const values = bucket.byField.get(path) ?? new Map<string, LiveRule[]>();
  bucket.byField.set(path, values);
  for (const value of pattern.exactValues(path) ?? []) {
    const same = values.get(value);
    if (same) same.push(rule);
    else values.set(value, [rule]);
  }
}

/** Several values of an array in the event may lead to the same rule. */
function byFields({ byField }: Bucket, flat: FlatEvent): Iterable<LiveRule> {
  const rules = new Set<LiveRule>();
  for (const [path, values] of byField) {
    for (const { value } of flat.get(path) ?? []) {
      for (const rule of (typeof value === "string" && values.get(value)) || []) rules.add(rule);
    }
  }
  return rules;
}

const HEAD: ReadonlySet<string> = new Set(["source", "detail-type"]);

/** A pattern with more combinations is looked up by its detail-types only. */
const MAXIMUM_KEYS = 1000;

/** Every rule is under distinct keys, and an event finds it under at most one of them. */
function keysOf(pattern: Pattern): string[] {
  const sources = pattern.exactValues("source") ?? [undefined];
  const detailTypes = pattern.exactValues("detail-type") ?? [undefined];
  if (sources.length * detailTypes.length > MAXIMUM_KEYS) {
    return detailTypes.map((detailType) => keyOf(undefined, detailType));
  }
  return sources.flatMap((source) => detailTypes.map((detailType) => keyOf(source, detailType)));
}

function headsOf({ source, "detail-type": detailType }: BusEvent): string[] {
  return [
    keyOf(source, detailType),
    keyOf(undefined, detailType),
    keyOf(source, undefined),
    keyOf(undefined, undefined),
  ];
}

function keyOf(source: string | undefined, detailType: string | undefined): string {
  return JSON.stringify([source ?? null, detailType ?? null]);
}
