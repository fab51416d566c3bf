// Buses, rules, targets and tags: the operations that say which event goes where.
import { EventBridgeError, invalid, notFound } from "./errors.ts";
import { parsePath } from "./input.ts";
import type { LiveRule, Rule, Target } from "./model.ts";
import { parsePattern, type State } from "./state.ts";

type Input = Record<string, unknown>;
export type Operations = Record<string, (input: Input) => object | Promise<object>>;

/** EventBridge quotas: targets per rule, and per request. */
const MAXIMUM_TARGETS = 5;
const NAME = /^[.\-_A-Za-z0-9]{1,64}$/;

export function busOperations(state: State): Operations {
  return {
    CreateEventBus({ Name, Description }) {
      const name = String(Name ?? "");
      if (!/^[/.\-_A-Za-z0-9]{1,256}$/.test(name))
        throw invalid(`Event bus name ${JSON.stringify(name)} is not valid.`);
      if (state.buses.has(name)) {
        throw new EventBridgeError("ResourceAlreadyExistsException", `Event bus ${name} already exists.`);
      }
      const bus = { name, arn: state.arn(`event-bus/${name}`), description: text(Description) };
      state.buses.set(name, bus);
      state.storage.put("bus", name, bus);
      return { EventBusArn: bus.arn };
    },
    DeleteEventBus({ Name }) {
      if (Name === "default") throw invalid("Cannot delete event bus default.");
      if (!state.buses.has(String(Name))) return {};
      if (state.rules(String(Name)).length > 0)
        throw invalid("Cannot delete an event bus that still has rules.");
      state.buses.delete(String(Name));
      state.storage.delete("bus", String(Name));
      return {};
    },
    DescribeEventBus: ({ Name }) => describeBus(state.bus(Name)),
    ListEventBuses({ NamePrefix = "" }) {
      const buses = [...state.buses.values()].filter((bus) => bus.name.startsWith(String(NamePrefix)));
      return { EventBuses: buses.map(describeBus) };
    },
    TagResource({ ResourceARN, Tags }) {
      const arn = String(ResourceARN);
      const tags = { ...state.tags.get(arn) };
      for (const { Key, Value } of Tags as { Key: string; Value: string }[]) tags[Key] = Value;
      setTags(state, arn, tags);
      return {};
    },
    UntagResource({ ResourceARN, TagKeys }) {
      const arn = String(ResourceARN);
      const kept = Object.entries(state.tags.get(arn) ?? {}).filter(
        ([key]) => !(TagKeys as string[]).includes(key),
      );
      setTags(state, arn, Object.fromEntries(kept));
      return {};
    },
    ListTagsForResource({ ResourceARN }) {
      const tags = Object.entries(state.tags.get(String(ResourceARN)) ?? {});
      return { Tags: tags.map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}

export function ruleOperations(state: State): Operations {
  const ruleOf = (input: Input) => state.rule(state.bus(input.EventBusName).name, input.Name ?? input.Rule);
  return {
    PutRule(input) {
      const name = String(input.Name ?? "");
      if (!NAME.test(name)) throw invalid(`Rule name ${JSON.stringify(name)} is not valid.`);
      const { EventPattern, ScheduleExpression } = input;
      if (EventPattern === undefined && ScheduleExpression === undefined) {
        throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
      }
      if (EventPattern !== undefined) parsePattern(EventPattern);
      const bus = state.bus(input.EventBusName);
      const known = state.rules(bus.name).find((rule) => rule.name === name);
      const path = bus.name === "default" ? name : `${bus.name}/${name}`;
      state.putRule({
        name,
        busName: bus.name,
        arn: state.arn(`rule/${path}`),
        eventPattern: text(EventPattern),
        scheduleExpression: text(ScheduleExpression),
        description: text(input.Description),
        enabled: input.State !== "DISABLED",
        targets: known?.targets ?? [],
      });
      return { RuleArn: state.arn(`rule/${path}`) };
    },
    DeleteRule(input) {
      const bus = state.bus(input.EventBusName);
      const rule = state.rules(bus.name).find((each) => each.name === input.Name);
      if (!rule) return {};
      if (rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
      state.deleteRule(rule);
      return {};
    },
    DescribeRule: (input) => describeRule(ruleOf(input)),
    EnableRule: (input) => setEnabled(state, ruleOf(input), true),
    DisableRule: (input) => setEnabled(state, ruleOf(input), false),
    ListRules(input) {
      const prefix = String(input.NamePrefix ?? "");
      const rules = state
        .rules(state.bus(input.EventBusName).name)
        .filter((rule) => rule.name.startsWith(prefix));
      return page(rules.map(describeRule), input, "Rules");
    },
    PutTargets(input) {
      const rule = ruleOf(input);
      const given = (input.Targets ?? []) as Target[];
      const refused = given.flatMap((target) => refusedTarget(target));
      const accepted = given.filter((target) => !refused.some((each) => each.TargetId === target.Id));
      const targets = new Map([...rule.targets, ...accepted].map((target) => [target.Id, target]));
      if (targets.size > MAXIMUM_TARGETS) {
        throw new EventBridgeError(
          "LimitExceededException",
          `A rule has at most ${MAXIMUM_TARGETS} targets.`,
        );
      }
      state.putRule({ ...rule, targets: [...targets.values()] });
      return { FailedEntryCount: refused.length, FailedEntries: refused };
    },
    RemoveTargets(input) {
      const rule = ruleOf(input);
      const ids = (input.Ids ?? []) as string[];
      state.putRule({ ...rule, targets: rule.targets.filter((target) => !ids.includes(target.Id)) });
      const unknown = ids.filter((id) => !rule.targets.some((target) => target.Id === id));
      const FailedEntries = unknown.map((TargetId) => ({
        TargetId,
        ErrorCode: "ResourceNotFoundException",
        ErrorMessage: `Target ${TargetId} does not exist.`,
      }));
      return { FailedEntryCount: FailedEntries.length, FailedEntries };
    },
    ListTargetsByRule: (input) => page(ruleOf(input).targets, input, "Targets"),
    ListRuleNamesByTarget(input) {
      const rules = state
        .rules(state.bus(input.EventBusName).name)
        .filter((rule) => rule.targets.some((target) => target.Arn === input.TargetArn));
      return page(
        rules.map((rule) => rule.name),
        input,
        "RuleNames",
      );
    },
    TestEventPattern({ EventPattern, Event }) {
      const pattern = parsePattern(EventPattern);
      const event = parseEvent(Event);
      return { Result: pattern.matches(event) };
    },
  };
}

function parseEvent(given: unknown): unknown {
  let event: Record<string, unknown>;
  try {
    event = JSON.parse(String(given));
  } catch {
    throw invalid("Parameter Event is not valid JSON.");
  }
  const missing = ["id", "detail-type", "source", "account", "time", "region", "resources"].find(
    (key) => !(key in event),
  );
  if (missing) throw invalid(`Parameter Event is not valid. Reason: ${missing} is missing.`);
  return event;
}

function refusedTarget(target: Target): { TargetId: string; ErrorCode: string; ErrorMessage: string }[] {
  const refuse = (ErrorMessage: string) => [
    { TargetId: target.Id, ErrorCode: "ValidationException", ErrorMessage },
  ];
  if (!/^arn:aws:sqs:/.test(target.Arn ?? "")) return refuse("This endpoint delivers to SQS queues only.");
  const inputs = [target.Input, target.InputPath, target.InputTransformer].filter(
    (each) => each !== undefined,
  );
  if (inputs.length > 1) return refuse("Only one of Input, InputPath and InputTransformer may be given.");
  const paths = [target.InputPath, ...Object.values(target.InputTransformer?.InputPathsMap ?? {})];
  try {
    for (const path of paths) if (path !== undefined) parsePath(path);
    return [];
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function setEnabled(state: State, rule: Rule, enabled: boolean): object {
  state.putRule({ ...rule, enabled });
  return {};
}

function setTags(state: State, arn: string, tags: Record<string, string>): void {
  const known = [...state.buses.values()].some((bus) => bus.arn === arn);
  const isRule = [...state.buses.keys()].some((name) => state.rules(name).some((rule) => rule.arn === arn));
  if (!known && !isRule) throw notFound(arn);
  state.tags.set(arn, tags);
  state.storage.put("tags", arn, { arn, tags });
}

function describeBus(bus: { name: string; arn: string; description: string | undefined }) {
  return { Name: bus.name, Arn: bus.arn, Description: bus.description };
}

function describeRule(rule: LiveRule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    ScheduleExpression: rule.scheduleExpression,
    State: rule.enabled ? "ENABLED" : "DISABLED",
    Description: rule.description,
    EventBusName: rule.busName,
  };
}

/** `Limit` items from the place `NextToken` names. */
function page(items: readonly unknown[], input: Input, name: string): object {
  const from = Number(input.NextToken ?? 0);
  const limit = Number(input.Limit ?? 100);
  if (!Number.isInteger(from) || from < 0) throw invalid("NextToken is not valid.");
  const more = from + limit < items.length;
  return { [name]: items.slice(from, from + limit), ...(more && { NextToken: String(from + limit) }) };
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
