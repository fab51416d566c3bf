// Who is writing which item: single writes wait for each other, transactions refuse to overlap.

type Holder = { by: "write" | "transaction"; done: Promise<void> };

/** Gives the item back. */
export type Release = () => void;

export type Locks = {
  /** Waits for other single writes of the item; undefined if a transaction holds it. */
  forWrite(key: string): Promise<Release | undefined>;
  /** Takes all items at once, or says which of them another transaction holds. */
  forTransaction(keys: readonly string[]): Promise<Release | { conflicts: ReadonlySet<string> }>;
};

export function createLocks(): Locks {
  const held = new Map<string, Holder>();

  function take(keys: readonly string[], by: Holder["by"]): Release {
    let release = () => {};
    const done = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (const key of keys) held.set(key, { by, done });
    return () => {
      for (const key of keys) held.delete(key);
      release();
    };
  }

  return {
    async forWrite(key) {
      for (let holder = held.get(key); holder; holder = held.get(key)) {
        if (holder.by === "transaction") return undefined;
        await holder.done;
      }
      return take([key], "write");
    },
    async forTransaction(keys) {
      for (;;) {
        const conflicts = new Set(keys.filter((key) => held.get(key)?.by === "transaction"));
        if (conflicts.size > 0) return { conflicts };
        const writing = keys.map((key) => held.get(key)).find((holder) => holder !== undefined);
        if (!writing) return take(keys, "transaction");
        await writing.done;
      }
    },
  };
}
