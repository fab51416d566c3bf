// Decides whether an event's values can pass a pattern's tests together, all from the same elements of shared arrays.
// Source: aws/event-ruler, README, "And and Or relationship among fields" and "Arrays".
import type { FlatEvent, Membership } from "./flatten.ts";
import type { ValueTest } from "./operators.ts";

export type FieldTest = {
  path: string;
  matchesValue: ValueTest;
  /** True if the pattern is content with a path that is not there. */
  matchesAbsence: boolean;
  /** The strings among which the value must be, if the pattern says no more than that. */
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
    // A field that is there may still be absent from the chosen elements.
    if (field.matchesAbsence && leaves.every((leaf) => leaf.membership.size > 0)) return walk(fields, event);
    const fitting = leaves.filter((leaf) => field.matchesValue(leaf.value));
    if (fitting.length === 0) return false;
    // A value outside every array goes together with all others.
    if (fitting.every((leaf) => leaf.membership.size > 0))
      inArrays.push(fitting.map((each) => each.membership));
  }
  return inArrays.length < 2 || canChoose(sharedOnly(inArrays));
}

/**
 * The fields in the order of their paths: a path is absent if none of its values can go together with the elements that
 * were chosen for the paths before it (event-ruler, StructuredFinder and NameState).
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

/** The arrays in which values of more than one field stand. */
function arraysOfSeveral(fields: readonly Membership[][]): ReadonlySet<number> {
  const seenIn = new Map<number, Set<number>>();
  for (const [index, memberships] of fields.entries()) {
    for (const array of memberships.flatMap((each) => [...each.keys()])) {
      seenIn.set(array, (seenIn.get(array) ?? new Set()).add(index));
    }
  }
  return new Set([...seenIn].filter(([, inFields]) => inFields.size > 1).map(([array]) => array));
}

/** Keeps of each membership only the arrays in which another field stands too, so that few distinct choices remain. */
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

/** True if two values can belong to one reading of the event: the same element wherever they share an array. */
function consistent(a: Membership, b: Membership): boolean {
  for (const [array, index] of a) {
    const other = b.get(array);
    if (other !== undefined && other !== index) return false;
  }
  return true;
}
