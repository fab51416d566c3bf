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
    const fitting = leaves.filter((leaf) => field.matchesValue(leaf.value));
    if (fitting.length === 0) return false;
    // A value outside every array goes together with all others.
    if (fitting.every((leaf) => leaf.membership.size > 0))
      inArrays.push(fitting.map((each) => each.membership));
  }
  return inArrays.length < 2 || canChoose(sharedOnly(inArrays));
}

/** Keeps of each membership only the arrays in which another field stands too, so that few distinct choices remain. */
function sharedOnly(fields: readonly Membership[][]): Membership[][] {
  const seenIn = new Map<number, Set<number>>();
  for (const [index, memberships] of fields.entries()) {
    for (const array of memberships.flatMap((each) => [...each.keys()])) {
      seenIn.set(array, (seenIn.get(array) ?? new Set()).add(index));
    }
  }
  const reduced = fields.map((memberships) => {
    const distinct = new Map<string, Membership>();
    for (const membership of memberships) {
      const shared = [...membership].filter(([array]) => (seenIn.get(array)?.size ?? 0) > 1);
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
