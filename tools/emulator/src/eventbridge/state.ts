// The state of EventBridge in memory: what storage holds, compiled and indexed.
import { invalid, invalidPattern, notFound } from "./errors.ts";
import { parseTree, type Tree } from "./json-tree.ts";
import type { Archive, Bus, LiveArchive, LiveRule, Replay, Rule } from "./model.ts";
import { type CompiledPattern, compile } from "./pattern.ts";
import { indexRules, type RuleIndex } from "./rule-index.ts";
import type { Storage } from "./storage.ts";

export type State = {
  region: string;
  accountId: string;
  storage: Storage;
  buses: Map<string, Bus>;
  archives: Map<string, LiveArchive>;
  replays: Map<string, Replay>;
  tags: Map<string, Record<string, string>>;
  /** A bus by name or ARN, the default one if neither is given; throws ResourceNotFoundException. */
  bus(nameOrArn: string | undefined): Bus;
  /** Undefined if there is none; throws for the ARN of another account's or region's. */
  busIfAny(nameOrArn: string | undefined): Bus | undefined;
  /** The rules of a bus by name. */
  rules(busName: string): ReadonlyMap<string, LiveRule>;
  putRule(rule: Rule): void;
  deleteRule(rule: Rule): void;
  index(busName: string): RuleIndex;
  putArchive(archive: Archive): void;
  /** The ARN of a resource of this account and region. */
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
  for (const rule of storage.all<Rule>("rule")) onBus(rule.busName).set(rule.name, withPattern(rule));
  const archives = new Map(storage.all<Archive>("archive").map((each) => [each.name, withPattern(each)]));
  const tags = storage.all<{ arn: string; tags: Record<string, string> }>("tags");

  const nameOf = (nameOrArn = "default") => {
    const prefix = arn("event-bus/");
    return nameOrArn.startsWith(prefix) ? nameOrArn.slice(prefix.length) : nameOrArn;
  };

  return {
    region,
    accountId,
    storage,
    buses,
    archives,
    replays: new Map(storage.all<Replay>("replay").map((each) => [each.name, each])),
    tags: new Map(tags.map((each) => [each.arn, each.tags])),
    bus(nameOrArn) {
      const name = nameOf(nameOrArn);
      const bus = buses.get(name);
      if (!bus) throw notFound(`Event bus ${name}`);
      return bus;
    },
    busIfAny(nameOrArn) {
      const name = nameOf(nameOrArn);
      if (name.startsWith("arn:")) throw notFound(`Event bus ${name}`);
      return buses.get(name);
    },
    rules: onBus,
    putRule(rule) {
      const live = withPattern(rule);
      storage.put("rule", `${rule.busName}/${rule.name}`, { ...live, compiled: undefined });
      onBus(rule.busName).set(rule.name, live);
      indexes.delete(rule.busName);
    },
    deleteRule(rule) {
      storage.delete("rule", `${rule.busName}/${rule.name}`);
      onBus(rule.busName).delete(rule.name);
      indexes.delete(rule.busName);
    },
    index(busName) {
      const index = indexes.get(busName) ?? indexRules(onBus(busName).values());
      indexes.set(busName, index);
      return index;
    },
    putArchive(archive) {
      const live = withPattern(archive);
      storage.put("archive", archive.name, archive);
      archives.set(archive.name, live);
    },
    arn,
  };
}

function withPattern<T extends { eventPattern: string | undefined }>(
  record: T,
): T & { compiled: CompiledPattern | undefined } {
  const { eventPattern } = record;
  return { ...record, compiled: eventPattern === undefined ? undefined : parsePattern(eventPattern) };
}

/** The longest pattern (API reference, "PutRule"), in characters. */
const MAXIMUM_PATTERN_LENGTH = 4096;

/** Throws InvalidEventPatternException, also where the text is not JSON. */
export function parsePattern(text: string): CompiledPattern {
  if (text.length > MAXIMUM_PATTERN_LENGTH) {
    throw invalid(`EventPattern must have at most ${MAXIMUM_PATTERN_LENGTH} characters.`);
  }
  let pattern: Tree;
  try {
    pattern = parseTree(text);
  } catch (error) {
    throw invalidPattern(undefined, `the pattern is not JSON: ${(error as Error).message}`);
  }
  return compile(pattern);
}
