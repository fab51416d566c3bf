// The operations on rules: which events of a bus go to the rule's targets.
// Source: EventBridge API reference, "PutRule", "DeleteRule", "TestEventPattern".
import { addTags, dropTags } from "./buses.ts";
import { EventBridgeError, invalid, limitExceeded } from "./errors.ts";
import { isJsonObject, parseExactly } from "./lossless-json.ts";
import type { LiveRule } from "./model.ts";
import {
  description,
  type Input,
  type Operations,
  optionalText,
  page,
  refuseUnserved,
  text,
} from "./request-fields.ts";
import { parsePattern, type State } from "./state.ts";

const NAME = /^[.\-_A-Za-z0-9]{1,64}$/;
/** EventBridge quotas, "Rules", in most regions. */
const MAXIMUM_RULES = 300;

export function ruleOperations(state: State): Operations {
  return {
    PutRule(input) {
      const name = text(input, "Name", NAME);
      const bus = state.bus(optionalText(input, "EventBusName"));
      // A queue's own policy says whether a rule may send to it, so that a role would do nothing.
      refuseUnserved(input, ["RoleArn"]);
      const eventPattern = optionalText(input, "EventPattern");
      const scheduleExpression = optionalText(input, "ScheduleExpression");
      // A schedule would never fire here, so it is refused instead of being ignored.
      if (scheduleExpression !== undefined)
        throw invalid("This endpoint runs no schedules; give an EventPattern.");
      if (eventPattern === undefined) {
        throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
      }
      const rules = state.rules(bus.name);
      if (!rules.has(name) && rules.size >= MAXIMUM_RULES)
        throw limitExceeded("The requested resource exceeds the maximum number allowed.");
      const path = bus.name === "default" ? name : `${bus.name}/${name}`;
      const rule = {
        name,
        busName: bus.name,
        arn: state.arn(`rule/${path}`),
        eventPattern,
        description: description(input),
        ...stateOf(input),
        targets: rules.get(name)?.targets ?? [],
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
    DescribeRule: (input) => ({ ...describe(ruleOf(state, input, "Name")), CreatedBy: state.accountId }),
    EnableRule(input) {
      state.putRule({ ...ruleOf(state, input, "Name"), enabled: true, hearsManagement: false });
      return {};
    },
    DisableRule(input) {
      state.putRule({ ...ruleOf(state, input, "Name"), enabled: false });
      return {};
    },
    ListRules(input) {
      const prefix = optionalText(input, "NamePrefix", NAME) ?? "";
      const rules = rulesOf(state, input).filter((rule) => rule.name.startsWith(prefix));
      return page(rules.map(describe), input, "Rules", ({ Name }) => Name);
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

/** The rules of the bus a request names. */
export function rulesOf(state: State, input: Input): LiveRule[] {
  const bus = state.bus(optionalText(input, "EventBusName"));
  return [...state.rules(bus.name).values()];
}

/** One of CloudTrail's management events too, of which there are none here. */
const MANAGEMENT = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

function stateOf(input: Input): Pick<LiveRule, "enabled" | "hearsManagement"> {
  const state = optionalText(input, "State", RegExp(`^(ENABLED|DISABLED|${MANAGEMENT})$`));
  return { enabled: state !== "DISABLED", hearsManagement: state === MANAGEMENT };
}

/**
 * The API reference ("TestEventPattern") names `resources` as well, but AWS was recorded to do without
 * (LocalStack's tests of event patterns, validated against AWS).
 */
const EVENT_FIELDS = ["id", "account", "source", "time", "region", "detail-type"];

function parseEvent(given: string): object {
  const refused = invalid("Parameter Event is not valid.");
  let event: unknown;
  try {
    event = parseExactly(given);
  } catch {
    throw refused;
  }
  if (isJsonObject(event) && EVENT_FIELDS.every((field) => Object.hasOwn(event, field))) return event;
  throw refused;
}

function describe(rule: LiveRule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    State: rule.hearsManagement ? MANAGEMENT : rule.enabled ? "ENABLED" : "DISABLED",
    Description: rule.description,
    EventBusName: rule.busName,
  };
}
