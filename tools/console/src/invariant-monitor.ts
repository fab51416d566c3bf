// Reads the books of the running laptop repeatedly and checks the protocol's invariants over them.
import { messagesIn } from "@order-saga/emulator";
import type { Slices } from "@order-saga/emulator/slices";
import { type Books, readBooksOf } from "@order-saga/invariants/books";
import type { Violation } from "@order-saga/invariants/violation";
import type { Witness } from "@order-saga/invariants/witness";
import type { Runtime } from "@order-saga/local/runtime";
import { accountsOf } from "./accounts.ts";
import type { Accounts, InvariantRow } from "./console-api.ts";
import { check, confirmed, invariantRows, readSentences } from "./invariant-rows.ts";
import { iso } from "./iso.ts";

const READ_MILLISECONDS = 2000;
const MOST_SETBACKS = 100;
/** With more orders than this the books are not read: that would take from the shop what it needs itself. */
const MOST_ORDERS = 2000;
/** How soon it is looked again whether there are still so many. */
const LARGE_MILLISECONDS = 60_000;

export type InvariantMonitor = ReturnType<typeof createInvariantMonitor>;

export function createInvariantMonitor(
  runtime: Runtime,
  { onBooks, slices, witness }: { witness: Witness; slices: Slices; onBooks: (books: Books) => void },
) {
  const sentences = readSentences();
  const unchecked: InvariantRow[] = sentences.map((each) => ({
    ...each,
    state: "unchecked",
    violations: [],
  }));
  let before: Books | undefined;
  let suspected: Violation[] = [];
  /** Since the start. */
  const setbacks = new Map<string, Violation>();
  let last: Accounts | undefined;
  let reading: Promise<Accounts> | undefined;
  let dueAt = 0;

  async function read(): Promise<Accounts> {
    const checkedAt = iso(runtime.now());
    const isResting = isAtRest(runtime);
    const books = await readBooksOf(runtime, { mostOrders: MOST_ORDERS, slices });
    const isStill = isResting && isAtRest(runtime);
    if (!books) {
      last = { ...unread(), moreThan: MOST_ORDERS };
      return last;
    }
    onBooks(books);
    const found = check({ books, observed: witness.seen(before), isResting: isStill });
    before = books;
    const rows = invariantRows(sentences, certainOf(found), { checkedAt, isResting: isStill });
    last = accountsOf(books, rows, checkedAt);
    return last;
  }

  function certainOf(found: readonly Violation[]): Violation[] {
    // A11 compares two readings, so the next one no longer finds it.
    for (const each of found)
      if (each.invariant === "A11" && setbacks.size < MOST_SETBACKS)
        setbacks.set(`${each.orderId}/${each.detail}`, each);
    const rest = found.filter(({ invariant }) => invariant !== "A11");
    const certain = [...confirmed(suspected, rest), ...setbacks.values()];
    suspected = rest;
    return certain;
  }

  /** Requests that come meanwhile share one reading. */
  function readShared(): Promise<Accounts> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  const unread = (): Accounts => ({
    money: [],
    mails: [],
    orders: [],
    invariants: unchecked,
    checkedAt: iso(runtime.now()),
  });

  return {
    last: () => last,
    /** Before the first reading is over. */
    unread,
    /** Reads at most every two seconds, less often the longer it takes; at once to confirm a suspicion. */
    async recent(): Promise<Accounts> {
      const begun = performance.now();
      if (last && begun < dueAt && suspected.length === 0) return last;
      const read = await readShared();
      const least = read.moreThan === undefined ? READ_MILLISECONDS : LARGE_MILLISECONDS;
      dueAt = performance.now() + Math.max(least, 20 * (performance.now() - begun));
      return read;
    },
  };
}

function isAtRest({ aws, faults, functions, mappings }: Runtime): boolean {
  const isOn = faults.list().some(({ left }) => left !== 0);
  const isBusy =
    [...mappings.keys()].some((name) => messagesIn(aws.queues.count(name)) > 0) ||
    aws.payments.webhooks.pending() > 0;
  return !isOn && !isBusy && functions.running() === 0 && aws.pendingDeliveries().length === 0;
}
