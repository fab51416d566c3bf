// Reads the value at a document path, and projects an item to some paths.
import { type AttributeValue, at, type Item, set } from "../values.ts";
import type { Condition } from "./conditions.ts";
import type { Path } from "./tokenizer.ts";

/** The value at the path; undefined if there is none. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value = at(item, path[0]);
  for (let index = 1; index < path.length && value; index++) {
    const piece = path[index] as string | number;
    if (typeof piece === "number") value = "L" in value ? value.L[piece] : undefined;
    else value = "M" in value ? at(value.M, piece) : undefined;
  }
  return value;
}

/** The attributes of an item that the condition looks at, in their order. */
export function attributesIn(condition: Condition): Set<string> {
  const found = new Set<string>();
  const look = (node: object) => {
    if ("path" in node) found.add((node.path as Path)[0]);
    else for (const inner of Object.values(node)) if (typeof inner === "object") look(inner);
  };
  look(condition);
  return found;
}

/** A tree of selected parts by name or list position; `all` selects everything below. */
type Selection = Map<string | number, Selection | "all">;

/** The parts of the item that the paths select; list elements keep their order and close up. */
export function project(item: Item, paths: readonly Path[]): Item {
  const tree: Selection = new Map();
  for (const path of paths) select(tree, path);
  return selectedIn(item, tree);
}

function select(tree: Selection, path: readonly (string | number)[]): void {
  const [piece, ...rest] = path;
  if (piece === undefined) return;
  if (rest.length === 0) return void tree.set(piece, "all");
  const known = tree.get(piece);
  const inner: Selection = known === undefined || known === "all" ? new Map() : known;
  tree.set(piece, inner);
  select(inner, rest);
}

function selectedIn(item: Item, tree: Selection): Item {
  const found: Record<string, AttributeValue> = {};
  for (const [name, inner] of tree) {
    const part = partOf(at(item, String(name)), inner);
    if (part) set(found, String(name), part);
  }
  return found;
}

function partOf(value: AttributeValue | undefined, tree: Selection | "all"): AttributeValue | undefined {
  if (!value || tree === "all") return value;
  const places = [...tree.keys()];
  if ("M" in value) {
    const M = selectedIn(value.M, tree);
    return Object.keys(M).length > 0 ? { M } : undefined;
  }
  if (!("L" in value)) return undefined;
  const numbers = places.filter((place) => typeof place === "number").sort((a, b) => a - b);
  const L = numbers
    .map((place) => partOf(value.L[place], tree.get(place) ?? "all"))
    .filter((part) => part !== undefined);
  return L.length > 0 ? { L } : undefined;
}
