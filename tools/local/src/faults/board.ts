// The faults that are on: which strikes next, how often each has struck, and what is kept of it over a
// restart.
import { createHash } from "node:crypto";
import * as z from "zod";
import { openRecord } from "../data-directory.ts";
import { Fault, type FaultKind, type FaultOf, type GivenFault } from "./fault.ts";

const Kept = z.strictObject({
  id: z.string(),
  fault: Fault,
  hits: z.int().nonnegative(),
  /** How often there was something to strike; each time is a draw. */
  draws: z.int().nonnegative(),
});
const State = z.strictObject({ seed: z.int().nonnegative(), faults: z.array(Kept) });
type State = z.infer<typeof State>;

/** A fault with how often it has struck; `left` is absent where it goes on until it is removed. */
export type ListedFault = Fault & { id: string; hits: number; left?: number };

/** A fault that strikes, and a number from 0 to 1 for what it leaves to chance. */
export type Strike<K extends FaultKind> = { fault: FaultOf<K>; random: number };

export type FaultBoard = {
  seed(): number;
  list(): ListedFault[];
  /** Replaces all that is on. */
  set(faults: readonly GivenFault[], seed?: number): void;
  /** Beside what is on, which keeps its hits and its seed. */
  add(faults: readonly GivenFault[]): void;
  /** Removes one, or all. False if there is no such fault. */
  remove(id?: string): boolean;
  /** The first fault of the kind that fits and strikes this time; it counts as a hit. */
  strike<K extends FaultKind>(kind: K, fits: (fault: FaultOf<K>) => boolean): Strike<K> | undefined;
};

/** Empty until a fault is set. In a folder, faults and their hit counts survive a restart. */
export function openFaultBoard(directory: string | undefined): FaultBoard {
  const record = openRecord(directory, "faults.json", State);
  let state: State = record.read() ?? { seed: 0, faults: [] };
  const save = (next: State) => {
    state = next;
    record.write(next);
  };
  return {
    seed: () => state.seed,
    list: () => state.faults.map(listed),
    set(faults, seed = Math.floor(Math.random() * 2 ** 32)) {
      save({ seed, faults: faults.map((given, index) => unused(given, index + 1)) });
    },
    add(faults) {
      const last = Math.max(0, ...state.faults.map(({ id }) => Number(id.slice(PREFIX.length))));
      const more = faults.map((given, index) => unused(given, last + index + 1));
      save({ ...state, faults: [...state.faults, ...more] });
    },
    remove(id) {
      const faults = id === undefined ? [] : state.faults.filter((each) => each.id !== id);
      if (id !== undefined && faults.length === state.faults.length) return false;
      save({ ...state, faults });
      return true;
    },
    strike(kind, fits) {
      for (const each of state.faults) {
        if (!isOf(each.fault, kind) || isSpent(each) || !fits(each.fault)) continue;
        each.draws++;
        if (draw(state.seed, each, "strikes") >= each.fault.chance) continue;
        each.hits++;
        save(state);
        return { fault: each.fault, random: draw(state.seed, each, "amount") };
      }
      return undefined;
    },
  };
}

const PREFIX = "fault-";

const unused = (given: GivenFault, number: number): State["faults"][number] => ({
  id: `${PREFIX}${number}`,
  fault: Fault.parse(given),
  hits: 0,
  draws: 0,
});

function isOf<K extends FaultKind>(fault: Fault, kind: K): fault is FaultOf<K> {
  return fault.kind === kind;
}

function isSpent({ fault, hits }: State["faults"][number]): boolean {
  return fault.times !== undefined && hits >= fault.times;
}

/** From 0 to 1, the same for the same seed, fault and draw. */
function draw(seed: number, { id, draws }: State["faults"][number], what: string): number {
  return createHash("sha256").update(`${seed}/${id}/${draws}/${what}`).digest().readUInt32BE() / 2 ** 32;
}

function listed({ fault, hits, id }: State["faults"][number]): ListedFault {
  return { id, ...fault, hits, ...(fault.times !== undefined && { left: fault.times - hits }) };
}
