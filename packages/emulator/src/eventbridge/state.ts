// The live state of EventBridge: what storage holds, compiled and indexed.
import { invalid, invalidPattern, notFound } from "./errors.ts";
import type { Archive, LiveRule, Replay, Rule } from "./model.ts";
import { type CompiledPattern, compilePattern } from "./pattern.ts";
import { indexRules, type RuleIndex } from "./rule-index.ts";
import type { Storage } from "./storage.ts";

export type Bus = { name: string; arn: string; description: string | undefined };

export type State = {
  region: string;
  accountId: string;
  storage: Storage;
  buses: Map<string, Bus>;
  archives: Map<string, Archive>;
  replays: Map<string, Replay>;
  tags: Map<string, Record<string, string>>;
  /** A bus by name or ARN; throws ResourceNotFoundException. */
  bus(nameOrArn: unknown): Bus;
  rules(busName: string): LiveRule[];
  rule(busName: string, name: unknown): LiveRule;
  putRule(rule: Rule): void;
  deleteRule(rule: Rule): void;
  index(busName: string): RuleIndex;
  arn(resource: string): string;
};

export function openState(storage: Storage, region: string, accountId: string): State {
  const arn = (resource: string) => `arn:aws:events:${region}:${accountId}:${resource}`;
  const defaultBus: Bus = { name: "default", arn: arn("event-bus/default"), description: undefined };
  const buses = new Map([defaultBus, ...storage.all<Bus>("bus")].map((bus) => [bus.name, bus]));
  const rules = new Map<string, Map<string, LiveRule>>();
  const indexes = new Map<string, RuleIndex>();
  const onBus = (busName: string) => {
    const known = rules.get(busName) ?? new Map<string, LiveRule>();
    rules.set(busName, known);
    return known;
  };
  for (const rule of storage.all<Rule>("rule")) onBus(rule.busName).set(rule.name, live(rule));

  return {
    region,
    accountId,
    storage,
    buses,
    archives: new Map(storage.all<Archive>("archive").map((each) => [each.name, each])),
    replays: new Map(storage.all<Replay>("replay").map((each) => [each.name, each])),
    tags: new Map(
      storage.all<{ arn: string; tags: Record<string, string> }>("tags").map((each) => [each.arn, each.tags]),
    ),
    bus(nameOrArn) {
      const name = String(nameOrArn ?? "default").replace(/^arn:[^/]*event-bus\//, "");
      const bus = buses.get(name);
      if (!bus) throw notFound(`Event bus ${name}`);
      return bus;
    },
    rules: (busName) => [...onBus(busName).values()],
    rule(busName, name) {
      const rule = onBus(busName).get(String(name));
      if (!rule) throw notFound(`Rule ${String(name)} on EventBus ${busName}`);
      return rule;
    },
    putRule(rule) {
      onBus(rule.busName).set(rule.name, live(rule));
      storage.put("rule", `${rule.busName}/${rule.name}`, { ...rule, compiled: undefined });
      indexes.delete(rule.busName);
    },
    deleteRule(rule) {
      onBus(rule.busName).delete(rule.name);
      storage.delete("rule", `${rule.busName}/${rule.name}`);
      indexes.delete(rule.busName);
    },
    index(busName) {
      const index = indexes.get(busName) ?? indexRules([...onBus(busName).values()]);
      indexes.set(busName, index);
      return index;
    },
    arn,
  };
}

function live(rule: Rule): LiveRule {
  return { ...rule, compiled: rule.eventPattern === undefined ? undefined : parsePattern(rule.eventPattern) };
}

/** Throws InvalidEventPatternException, also where the text is not JSON. */
export function parsePattern(text: unknown): CompiledPattern {
  if (typeof text !== "string") throw invalid("EventPattern must be a string.");
  if (Buffer.byteLength(text) > 4096) throw invalid("EventPattern must be at most 4096 bytes.");
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw invalidPattern("", "Filter is not an object: the pattern is not JSON");
  }
  return compilePattern(pattern);
}
