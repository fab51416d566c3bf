// Applies an update expression to an item, without changing the item itself.
import { invalid } from "../errors.ts";
import { difference, sum } from "../numbers.ts";
import { type AttributeValue, at, contentOf, type Item, set, typeOf } from "../values.ts";
import type { Values } from "./conditions.ts";
import { valueAt } from "./paths.ts";
import type { Action, Source, Update } from "./updates.ts";

/** A mutable copy of a map or list, for the new item. */
type Draft = Record<string, AttributeValue> | (AttributeValue | undefined)[];

/**
 * Operands are the item's values before the update, and unchanged values are shared with the item. Throws a
 * DynamoFailure if the update cannot be applied to it.
 */
export function apply(update: Update, item: Item, values: Values): Item {
  const after: Record<string, AttributeValue> = { ...item };
  const own = new Set<Draft>();
  const results = update.map((action) => resultOf(action, item, values));
  for (const [index, { path }] of update.entries())
    put(draftOf(after, path.slice(0, -1), own), path.at(-1) ?? "", results[index]);
  for (const draft of own) if (Array.isArray(draft)) closeGaps(draft);
  return after;
}

/** The new value at the action's path; undefined if the action removes it. */
function resultOf(action: Action, item: Item, values: Values): AttributeValue | undefined {
  switch (action.kind) {
    case "SET":
      return sourced(action.source, item, values);
    case "REMOVE":
      return undefined;
    case "ADD":
      return added(valueAt(item, action.path), values[action.name] as AttributeValue);
    case "DELETE":
      return without(valueAt(item, action.path), values[action.name] as AttributeValue);
  }
}

const wrongType = () => invalid("An operand in the update expression has an incorrect data type");

function sourced(source: Source, item: Item, values: Values): AttributeValue {
  switch (source.kind) {
    case "value":
      return values[source.name] as AttributeValue;
    case "path": {
      const value = valueAt(item, source.path);
      if (value) return value;
      throw invalid("The provided expression refers to an attribute that does not exist in the item");
    }
    case "if_not_exists":
      return valueAt(item, source.path) ?? sourced(source.otherwise, item, values);
    case "list_append": {
      const [left, right] = [sourced(source.left, item, values), sourced(source.right, item, values)];
      if (!("L" in left) || !("L" in right)) throw wrongType();
      return { L: [...left.L, ...right.L] };
    }
    case "+":
    case "-": {
      const [left, right] = [sourced(source.left, item, values), sourced(source.right, item, values)];
      if (!("N" in left) || !("N" in right)) throw wrongType();
      return { N: source.kind === "+" ? sum(left.N, right.N) : difference(left.N, right.N) };
    }
  }
}

function added(before: AttributeValue | undefined, given: AttributeValue): AttributeValue {
  if (!before) return given;
  const type = typeOf(given);
  if (typeOf(before) !== type) throw wrongType();
  if ("N" in before && "N" in given) return { N: sum(before.N, given.N) };
  const all = [...(contentOf<string[]>(before, type) ?? []), ...(contentOf<string[]>(given, type) ?? [])];
  return { [type]: [...new Set(all)] } as unknown as AttributeValue;
}

/** Undefined if the set becomes empty. */
function without(before: AttributeValue | undefined, given: AttributeValue): AttributeValue | undefined {
  if (!before) return undefined;
  const type = typeOf(given);
  if (typeOf(before) !== type) throw wrongType();
  const taken = contentOf<string[]>(given, type) ?? [];
  const left = (contentOf<string[]>(before, type) ?? []).filter((each) => !taken.includes(each));
  return left.length > 0 ? ({ [type]: left } as unknown as AttributeValue) : undefined;
}

/** The map or list at the path, copied with all its parents; `own` holds the copies that exist already. */
function draftOf(root: Draft, path: readonly (string | number)[], own: Set<Draft>): Draft {
  let draft = root;
  for (const piece of path) {
    const value = inDraft(draft, piece);
    const inner = contentOf<Draft>(value, "M") ?? contentOf<Draft>(value, "L");
    if (!inner) throw invalidPath();
    if (own.has(inner)) {
      draft = inner;
      continue;
    }
    const copy = Array.isArray(inner) ? [...inner] : { ...inner };
    put(draft, piece, (Array.isArray(copy) ? { L: copy } : { M: copy }) as AttributeValue);
    own.add(copy);
    draft = copy;
  }
  return draft;
}

const invalidPath = () =>
  invalid("The document path provided in the update expression is invalid for update");

function inDraft(draft: Draft, piece: string | number): AttributeValue | undefined {
  if (Array.isArray(draft)) return typeof piece === "number" ? draft[piece] : undefined;
  return typeof piece === "string" ? at(draft, piece) : undefined;
}

/** An element past a list's end, or one that is removed, leaves a gap that is closed at the end. */
function put(draft: Draft, piece: string | number, value: AttributeValue | undefined): void {
  if (Array.isArray(draft)) {
    if (typeof piece !== "number") throw invalidPath();
    if (value !== undefined || piece < draft.length) draft[piece] = value;
  } else if (typeof piece !== "string") throw invalidPath();
  else if (value === undefined) delete draft[piece];
  else set(draft, piece, value);
}

function closeGaps(list: (AttributeValue | undefined)[]): void {
  const left = list.filter((each) => each !== undefined);
  list.length = 0;
  list.push(...left);
}
