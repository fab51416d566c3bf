// The operations on rules: which events of a bus go to the rule's targets.
// Source: EventBridge API reference, "PutRule", "DeleteRule", "TestEventPattern".
import { addTags, dropTags } from "./buses.ts";
import { EventBridgeError, invalid } from "./errors.ts";
import { isJsonObject, parseExactly } from "./lossless-json.ts";
import type { LiveRule } from "./model.ts";
import { type Input, type Operations, optionalText, page, text } from "./request-fields.ts";
import { parsePattern, type State } from "./state.ts";

const NAME = /^[.\-_A-Za-z0-9]{1,64}$/;

export function ruleOperations(state: State): Operations {
  return {
    PutRule(input) {
      const name = text(input, "Name", NAME);
      const bus = state.bus(optionalText(input, "EventBusName"));
      const eventPattern = optionalText(input, "EventPattern");
      const scheduleExpression = optionalText(input, "ScheduleExpression");
      // A schedule would never fire here, so it is refused instead of being ignored.
      if (scheduleExpression !== undefined)
        throw invalid("This endpoint runs no schedules; give an EventPattern.");
      if (eventPattern === undefined) {
        throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
      }
      const path = bus.name === "default" ? name : `${bus.name}/${name}`;
      const rule = {
        name,
        busName: bus.name,
        arn: state.arn(`rule/${path}`),
        eventPattern,
        description: optionalText(input, "Description"),
        enabled: isEnabled(input),
        targets: state.rules(bus.name).get(name)?.targets ?? [],
      };
      state.putRule(rule);
      addTags(state, rule.arn, input);
      return { RuleArn: rule.arn };
    },
    DeleteRule(input) {
      const bus = state.bus(optionalText(input, "EventBusName"));
      const rule = state.rules(bus.name).get(text(input, "Name"));
      if (!rule) return {};
      if (rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
      state.deleteRule(rule);
      dropTags(state, rule.arn);
      return {};
    },
    DescribeRule: (input) => describe(ruleOf(state, input, "Name")),
    EnableRule(input) {
      state.putRule({ ...ruleOf(state, input, "Name"), enabled: true });
      return {};
    },
    DisableRule(input) {
      state.putRule({ ...ruleOf(state, input, "Name"), enabled: false });
      return {};
    },
    ListRules(input) {
      const prefix = optionalText(input, "NamePrefix") ?? "";
      const rules = rulesOf(state, input).filter((rule) => rule.name.startsWith(prefix));
      return page(rules.map(describe), input, "Rules");
    },
    TestEventPattern(input) {
      const pattern = parsePattern(text(input, "EventPattern"));
      return { Result: pattern.matches(parseEvent(text(input, "Event"))) };
    },
  };
}

/** The rule a request names; throws ResourceNotFoundException. */
export function ruleOf(state: State, input: Input, field: "Name" | "Rule"): LiveRule {
  const bus = state.bus(optionalText(input, "EventBusName"));
  const name = text(input, field);
  const rule = state.rules(bus.name).get(name);
  if (rule) return rule;
  throw new EventBridgeError(
    "ResourceNotFoundException",
    `Rule ${name} does not exist on EventBus ${bus.name}.`,
  );
}

/** The rules of the bus a request names, by name. */
export function rulesOf(state: State, input: Input): LiveRule[] {
  const bus = state.bus(optionalText(input, "EventBusName"));
  return [...state.rules(bus.name).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const STATE = /^(ENABLED|DISABLED|ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS)$/;

function isEnabled(input: Input): boolean {
  const state = input.State ?? "ENABLED";
  return text({ State: state }, "State", STATE) !== "DISABLED";
}

/** The required fields of a test event (API reference, "TestEventPattern"). */
const EVENT_FIELDS = ["id", "account", "source", "time", "region", "resources", "detail-type"];

function parseEvent(given: string): object {
  let event: unknown;
  try {
    event = parseExactly(given);
  } catch {
    throw invalid("Parameter Event is not valid. Reason: it is not JSON.");
  }
  if (!isJsonObject(event)) throw invalid("Parameter Event is not valid. Reason: it is not an object.");
  const missing = EVENT_FIELDS.find((field) => !Object.hasOwn(event, field));
  if (missing) throw invalid(`Parameter Event is not valid. Reason: ${missing} is missing.`);
  return event;
}

function describe(rule: LiveRule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    State: rule.enabled ? "ENABLED" : "DISABLED",
    Description: rule.description,
    EventBusName: rule.busName,
  };
}
