// The operations on event buses, and on the tags of buses and rules.
// Source: EventBridge API reference, "CreateEventBus", "DeleteEventBus", "TagResource".
import { alreadyExists, EventBridgeError, invalid, limitExceeded, notFound } from "./errors.ts";
import type { Bus } from "./model.ts";
import {
  asObject,
  description,
  type Input,
  list,
  type Operations,
  optionalList,
  optionalText,
  page,
  refuseUnserved,
  text,
  texts,
} from "./request-fields.ts";
import type { State } from "./state.ts";

const NAME = /^[/.\-_A-Za-z0-9]{1,256}$/;
/** EventBridge quotas, "Event buses". */
const MAXIMUM_BUSES = 100;
/** API reference, "TagResource" and its errors. */
const MAXIMUM_TAGS = 50;

export function busOperations(state: State, now: () => number): Operations {
  return {
    CreateEventBus(input) {
      const name = text(input, "Name", NAME);
      if (state.buses.has(name)) throw alreadyExists(`Event bus ${name}`);
      if (name.includes("/"))
        throw invalid(
          "Parameter Name is not valid. Reason: only a partner's event bus may have a / in its name.",
        );
      refuseUnserved(input, ["EventSourceName", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig"]);
      if (state.buses.size >= MAXIMUM_BUSES)
        throw limitExceeded("The requested resource exceeds the maximum number allowed.");
      const bus: Bus = {
        name,
        arn: state.arn(`event-bus/${name}`),
        description: description(input),
        createdAt: now(),
      };
      addTags(state, bus.arn, input);
      state.storage.put("bus", name, bus);
      state.buses.set(name, bus);
      return { EventBusArn: bus.arn, Description: bus.description };
    },
    DeleteEventBus(input) {
      const name = text(input, "Name", NAME);
      if (name === "default") throw invalid("Cannot delete event bus default.");
      const bus = state.buses.get(name);
      if (!bus) return {};
      if (state.rules(name).size > 0)
        throw invalid(`Cannot delete event bus ${name} because it still has rules.`);
      state.storage.delete("bus", name);
      state.buses.delete(name);
      dropTags(state, bus.arn);
      return {};
    },
    DescribeEventBus: (input) => describe(state.bus(optionalText(input, "Name"))),
    ListEventBuses(input) {
      const prefix = optionalText(input, "NamePrefix", NAME) ?? "";
      const buses = [...state.buses.values()].filter((bus) => bus.name.startsWith(prefix));
      return page(buses.map(describe), input, "EventBuses", ({ Name }) => Name);
    },
    TagResource(input) {
      list(input, "Tags");
      addTags(state, taggable(state, input), input);
      return {};
    },
    UntagResource(input) {
      const arn = taggable(state, input);
      const keys = texts(input, "TagKeys");
      const kept = Object.entries(state.tags.get(arn) ?? {}).filter(([key]) => !keys.includes(key));
      saveTags(state, arn, Object.fromEntries(kept));
      return {};
    },
    ListTagsForResource(input) {
      const tags = Object.entries(state.tags.get(taggable(state, input)) ?? {});
      return { Tags: tags.map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}

/** Adds the `Tags` of a request to a resource that exists. */
export function addTags(state: State, arn: string, input: Input): void {
  const given = optionalList(input, "Tags") ?? [];
  if (given.length === 0) return;
  const added = given.map((tag) => {
    const fields = asObject(tag, "A tag");
    return [text(fields, "Key", /^(?!aws:).{1,128}$/is), text(fields, "Value", /^.{0,256}$/s)];
  });
  const tags = { ...state.tags.get(arn), ...Object.fromEntries(added) };
  if (Object.keys(tags).length > MAXIMUM_TAGS) throw invalid(`A resource has at most ${MAXIMUM_TAGS} tags.`);
  saveTags(state, arn, tags);
}

export function dropTags(state: State, arn: string): void {
  state.storage.delete("tags", arn);
  state.tags.delete(arn);
}

function saveTags(state: State, arn: string, tags: Record<string, string>): void {
  state.storage.put("tags", arn, { arn, tags });
  state.tags.set(arn, tags);
}

/** The ARN of an event bus or rule, which are what can have tags; throws ResourceNotFoundException. */
function taggable(state: State, input: Input): string {
  const arn = text(input, "ResourceARN", /^.{1,1600}$/s);
  const [bus, path] = [state.arn("event-bus/"), state.arn("rule/")];
  if (arn.startsWith(bus)) return state.bus(arn).arn;
  if (!arn.startsWith(path)) throw notFound(`Resource ${arn}`);
  const [ruleName = "", ...busParts] = arn.slice(path.length).split("/").reverse();
  const busName = busParts.reverse().join("/") || "default";
  const rule = state.rules(busName).get(ruleName);
  if (rule?.arn === arn) return arn;
  throw new EventBridgeError(
    "ResourceNotFoundException",
    `Rule ${ruleName} does not exist on EventBus ${busName}.`,
  );
}

function describe({ arn, createdAt, description, name }: Bus) {
  const at = createdAt === undefined ? undefined : createdAt / 1000;
  return { Name: name, Arn: arn, Description: description, CreationTime: at, LastModifiedTime: at };
}
