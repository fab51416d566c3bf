// The operations on event buses, and on the tags of buses and rules.
// Source: EventBridge API reference, "CreateEventBus", "DeleteEventBus", "TagResource".
import { alreadyExists, invalid, notFound } from "./errors.ts";
import type { Bus } from "./model.ts";
import {
  asObject,
  type Input,
  list,
  type Operations,
  optionalList,
  optionalText,
  page,
  text,
  texts,
} from "./request-fields.ts";
import type { State } from "./state.ts";

const NAME = /^[/.\-_A-Za-z0-9]{1,256}$/;

export function busOperations(state: State): Operations {
  return {
    CreateEventBus(input) {
      const name = text(input, "Name", NAME);
      if (state.buses.has(name)) throw alreadyExists(`Event bus ${name}`);
      const bus: Bus = {
        name,
        arn: state.arn(`event-bus/${name}`),
        description: optionalText(input, "Description"),
      };
      state.storage.put("bus", name, bus);
      state.buses.set(name, bus);
      addTags(state, bus.arn, input);
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
      const prefix = optionalText(input, "NamePrefix") ?? "";
      const buses = [...state.buses.values()].filter((bus) => bus.name.startsWith(prefix));
      return page(buses.map(describe), input, "EventBuses");
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
    return [text(fields, "Key", /^.{1,128}$/s), text(fields, "Value", /^.{0,256}$/s)];
  });
  saveTags(state, arn, { ...state.tags.get(arn), ...Object.fromEntries(added) });
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
  const arn = text(input, "ResourceARN");
  const [, path = ""] = arn.split(":rule/");
  const [ruleName = "", ...busParts] = path.split("/").reverse();
  const rule = state.rules(busParts.reverse().join("/") || "default").get(ruleName);
  const isBus = [...state.buses.values()].some((bus) => bus.arn === arn);
  if (isBus || rule?.arn === arn) return arn;
  throw notFound(`Resource ${arn}`);
}

function describe(bus: Bus) {
  return { Name: bus.name, Arn: bus.arn, Description: bus.description };
}
