// Interns records and events: equal contents get the same number, so that a state is a handful of numbers.
import { aged, essence, LONG_AGO, withoutRepeats } from "./abstraction.ts";
import type { Kind, Kinds } from "./record-kinds.ts";

/** The number of some contents; 0 is for a record that is not there. */
export type ContentId = number;

export type Interner = ReturnType<typeof createInterner>;

export function createInterner({ exact }: { exact: boolean }, moments: readonly number[]) {
  const kinds = ["payment", "reservation", "order", "notification", "event", "intent"] as const;
  const shelves = Object.fromEntries(
    kinds.map((kind) => [
      kind,
      {
        ids: new Map<string, ContentId>(),
        all: [undefined] as unknown[],
        essences: [undefined] as unknown[],
      },
    ]),
  ) as Record<Kind, { ids: Map<string, ContentId>; all: unknown[]; essences: unknown[] }>;
  /** For each time asked about, the later number of each number. */
  const later = new Map<number, Record<Kind, ContentId[]>>();

  function idOf<K extends Kind>(kind: K, given: Kinds[K]): ContentId {
    const content = withoutRepeats(kind, given);
    const reduced = sorted(essence(kind, content, exact));
    const key = JSON.stringify(reduced);
    const { all, essences, ids } = shelves[kind];
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, all.length);
    essences.push(reduced);
    return all.push(frozen(content)) - 1;
  }

  function get<K extends Kind>(kind: K, id: ContentId): Kinds[K] | undefined {
    return shelves[kind].all[id] as Kinds[K] | undefined;
  }

  return {
    idOf,
    get,
    /** What tells these contents apart from others. */
    essenceOf: <K extends Kind>(kind: K, id: ContentId) => shelves[kind].essences[id] as Kinds[K] | undefined,
    /** The same record at a later moment (milliseconds; Infinity once every time has come). */
    later<K extends Kind>(kind: K, id: ContentId, now: number): ContentId {
      if (id === 0) return id;
      const tables = later.get(now) ?? {
        payment: [],
        reservation: [],
        order: [],
        notification: [],
        event: [],
        intent: [],
      };
      later.set(now, tables);
      const known = tables[kind][id];
      if (known !== undefined) return known;
      const found = idOf(kind, aged(kind, get(kind, id) as Kinds[K], now, moments));
      tables[kind][id] = found;
      return found;
    },
    /** True if a timer is due; of contents that are those of the present moment. */
    isDue<K extends Kind>(kind: K, id: ContentId): boolean {
      return (get(kind, id) as { dueAt?: string } | undefined)?.dueAt === LONG_AGO;
    },
    counts: () => Object.fromEntries(kinds.map((kind) => [kind, shelves[kind].all.length - 1])),
  };
}

/** With the names of every object in order, so that equal contents have equal texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]),
  );
}

/** A rule that changes what it was given fails at once. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
