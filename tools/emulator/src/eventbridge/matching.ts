// Decides whether an event matches a pattern, with consistent elements of shared arrays.
// Source: aws/event-ruler, README, "And and Or relationship among fields" and "Arrays".
import type { FlatEvent, Membership } from "./flatten.ts";
import type { ValueTest } from "./operators.ts";

export type FieldTest = {
  path: string;
  matchesValue: ValueTest;
  /** True if the pattern matches where the path is absent. */
  matchesAbsence: boolean;
  /** The allowed strings, if the pattern allows nothing else at this path. */
  exactly: readonly string[] | undefined;
};

export function matchesAll(fields: readonly FieldTest[], event: FlatEvent): boolean {
  const inArrays: Membership[][] = [];
  for (const field of fields) {
    const leaves = event.get(field.path);
    if (!leaves) {
      if (!field.matchesAbsence) return false;
      continue;
    }
    // A field of the event may be absent from the chosen elements.
    if (field.matchesAbsence && leaves.every((leaf) => leaf.membership.size > 0)) return walk(fields, event);
    const fitting = leaves.filter((leaf) => field.matchesValue(leaf.value));
    if (fitting.length === 0) return false;
    // A value outside of all arrays fits every choice.
    if (fitting.every((leaf) => leaf.membership.size > 0))
      inArrays.push(fitting.map((each) => each.membership));
  }
  return inArrays.length < 2 || canChoose(sharedOnly(inArrays));
}

/**
 * Checks the fields in the order of their paths. A path is absent if none of its values fits the array
 * elements that were chosen for earlier paths (event-ruler, StructuredFinder and NameState).
 */
function walk(fields: readonly FieldTest[], event: FlatEvent): boolean {
  const inOrder = fields.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const choices = inOrder.map(({ path, matchesValue }) =>
    (event.get(path) ?? []).filter((leaf) => matchesValue(leaf.value)).map((leaf) => leaf.membership),
  );
  const all = inOrder.map(({ path }) => (event.get(path) ?? []).map((leaf) => leaf.membership));
  const shared = arraysOfSeveral(all);
  const from = (index: number, chosen: Membership): boolean => {
    const field = inOrder[index];
    if (!field) return true;
    const isAbsent = field.matchesAbsence && !all[index]?.some((each) => consistent(chosen, each));
    if (isAbsent && from(index + 1, chosen)) return true;
    const next = new Map<string, Membership>();
    for (const membership of choices[index] ?? []) {
      if (!consistent(chosen, membership)) continue;
      const merged = [...new Map([...chosen, ...membership])].filter(([array]) => shared.has(array));
      next.set(merged.join(), new Map(merged));
    }
    return [...next.values()].some((each) => from(index + 1, each));
  };
  return from(0, new Map());
}

/** The arrays that contain values of more than one field. */
function arraysOfSeveral(fields: readonly Membership[][]): ReadonlySet<number> {
  const seenIn = new Map<number, Set<number>>();
  for (const [index, memberships] of fields.entries()) {
    for (const array of memberships.flatMap((each) => [...each.keys()])) {
      seenIn.set(array, (seenIn.get(array) ?? new Set()).add(index));
    }
  }
  return new Set([...seenIn].filter(([, inFields]) => inFields.size > 1).map(([array]) => array));
}

/** Keeps of each membership only the arrays that several fields share, which leaves few distinct choices. */
function sharedOnly(fields: readonly Membership[][]): Membership[][] {
  const several = arraysOfSeveral(fields);
  const reduced = fields.map((memberships) => {
    const distinct = new Map<string, Membership>();
    for (const membership of memberships) {
      const shared = [...membership].filter(([array]) => several.has(array));
      distinct.set(shared.join(), new Map(shared));
    }
    return [...distinct.values()];
  });
  const bound = reduced.filter((memberships) => memberships.every((each) => each.size > 0));
  return bound.sort((a, b) => a.length - b.length);
}

function canChoose(fields: readonly Membership[][], from = 0, chosen: readonly Membership[] = []): boolean {
  const memberships = fields[from];
  if (!memberships) return true;
  return memberships.some(
    (membership) =>
      chosen.every((each) => consistent(each, membership)) &&
      canChoose(fields, from + 1, [...chosen, membership]),
  );
}

/** True if two values are in the same element of every array that they share. */
function consistent(a: Membership, b: Membership): boolean {
  for (const [array, index] of a) {
    const other = b.get(array);
    if (other !== undefined && other !== index) return false;
  }
  return true;
}
