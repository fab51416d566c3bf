// Optimistic concurrency: read a record, decide what to write, write it over the version that was read.
import { again, retry } from "./retry.ts";
import type { SaveResult } from "./versioned-store.ts";

/** What a record calls for: one write or, without `write`, none; and the answer once that is done. */
export type Decision<W, A> = { write?: W; answer: A };

export type OptimisticWrite<R, W, A> = {
  /** What is written, as an error says it: `payment of ord_…`. */
  what: string;
  /** So many lost writes before the caller gives up. */
  attempts: number;
  /** A record that the caller has read already; it saves the first load. */
  known?: R;
  load: () => Promise<R>;
  /** Called for each version of the record that is read. */
  decide: (read: R) => Decision<W, A> | Promise<Decision<W, A>>;
  save: (write: W) => Promise<SaveResult>;
  /** Lets a moment pass after a conflict of transactions. */
  backOff?: (attempt: number) => Promise<void>;
};

/** Loads, decides and saves until no other writer was first. Throws Contended if one always is. */
export function writeOptimistically<R, W, A>(given: OptimisticWrite<R, W, A>): Promise<A> {
  const { attempts, backOff, decide, load, save, what } = given;
  let { known } = given;
  return retry({ attempts, exhausted: () => new Contended(what, attempts) }, async (attempt) => {
    const read = known ?? (await load());
    known = undefined;
    const { answer, write } = await decide(read);
    if (write === undefined) return answer;
    const result = await save(write);
    if (result === "written") return answer;
    if (result === "conflict") await backOff?.(attempt);
    return again;
  });
}

/** Other writers were first each time. The message is delivered again, or the customer asks again. */
export class Contended extends Error {
  override readonly name = "Contended";
  constructor(what: string, attempts: number) {
    super(`The ${what} is contended: ${attempts} attempts to write it failed.`);
  }
}
