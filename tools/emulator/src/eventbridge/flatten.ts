// An event as its leaves: each path with its values, and which element of which array each value stands in.
import { comparable, isJsonObject } from "./lossless-json.ts";

/** Array identity to the index of the element on the way to a value. */
export type Membership = ReadonlyMap<number, number>;
export type Leaf = { value: unknown; membership: Membership };

/** Leaves by path, keys joined with dots; an empty object or array has none. */
export type FlatEvent = ReadonlyMap<string, readonly Leaf[]>;

/** A key may be empty, so the top is undefined. */
export const joinPath = (path: string | undefined, key: string) =>
  path === undefined ? key : `${path}.${key}`;

export function flatten(event: unknown): FlatEvent {
  const leaves = new Map<string, Leaf[]>();
  let arrays = 0;
  const visit = (value: unknown, path: string | undefined, membership: Membership) => {
    if (Array.isArray(value)) {
      const array = arrays++;
      for (const [index, element] of value.entries()) {
        // A plain value belongs to no element, so that it goes with each of them (event-ruler, Event).
        const isPlain = !Array.isArray(element) && !isJsonObject(element);
        visit(element, path, isPlain ? membership : new Map([...membership, [array, index]]));
      }
    } else if (isJsonObject(value)) {
      for (const [key, child] of Object.entries(value)) visit(child, joinPath(path, key), membership);
    } else if (path !== undefined) {
      const known = leaves.get(path);
      const leaf = { value: comparable(value), membership };
      if (known) known.push(leaf);
      else leaves.set(path, [leaf]);
    }
  };
  visit(event, undefined, new Map());
  return leaves;
}
