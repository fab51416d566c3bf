// Reads the books of the running laptop again and again, and judges them by the protocol's invariants.

import { messagesIn } from "@order-saga/emulator";
import { type Books, readBooks } from "@order-saga/invariants/books";
import { iso } from "@order-saga/invariants/bounded";
import type { Violation } from "@order-saga/invariants/violation";
import { accountsOf } from "./accounts.ts";
import { check, confirmed, invariantRows, readSentences } from "./invariants.ts";
import type { WatchedRuntime } from "./watched.ts";
import type { Accounts, InvariantRow } from "./wire.ts";

const MOST_SETBACKS = 100;
/** Beyond this the books are too long to be read while somebody waits for an answer. */
const MOST_ORDERS = 5000;

/** Reads the books and judges them; keeps what it needs to tell what went back, and what two readings agree on. */
export function createAudit(runtime: WatchedRuntime) {
  const sentences = readSentences();
  let before: Books | undefined;
  let suspected: Violation[] = [];
  /** Since the start. */
  const setbacks = new Map<string, Violation>();
  let last: Accounts | undefined;
  let running: Promise<Accounts> | undefined;

  async function read(): Promise<Accounts> {
    const checkedAt = iso(runtime.now());
    const isResting = rests(runtime);
    const books = await readBooks(runtime);
    const isStill = isResting && rests(runtime);
    const isLong = books.orders.length > MOST_ORDERS;
    const found = isLong ? [] : check({ books, seen: runtime.witness.seen(before), isResting: isStill });
    before = books;
    const torn = found.filter(({ invariant }) => invariant !== "A11");
    // A record that went back is told by two readings of itself, and the next reading has forgotten it.
    for (const each of found)
      if (each.invariant === "A11" && setbacks.size < MOST_SETBACKS)
        setbacks.set(`${each.orderId}/${each.detail}`, each);
    const certain = [...confirmed(suspected, torn), ...setbacks.values()];
    suspected = torn;
    const rows: InvariantRow[] = isLong
      ? sentences.map((each) => ({ ...each, state: "unchecked", violations: [] }))
      : invariantRows(sentences, certain, { checkedAt, isResting: isStill });
    last = accountsOf(books, rows, checkedAt);
    return last;
  }

  return {
    last: () => last,
    /** Before the first reading is over. */
    unread: (): Accounts => ({
      money: [],
      mails: [],
      orders: [],
      invariants: sentences.map((each) => ({ ...each, state: "unchecked", violations: [] })),
      checkedAt: iso(runtime.now()),
    }),
    /** True if a second reading is to tell whether what the first one found is so. */
    isSuspicious: () => suspected.length > 0,
    read(): Promise<Accounts> {
      running ??= read().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

function rests({ aws, faults, functions, mappings }: WatchedRuntime): boolean {
  const isOn = faults.list().some(({ left }) => left !== 0);
  const isBusy = [...mappings.keys()].some((name) => messagesIn(aws.queues.count(name)) > 0);
  return !isOn && !isBusy && functions.running() === 0 && aws.pendingDeliveries().length === 0;
}
