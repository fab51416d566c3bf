// Who is using which item: single writes wait for each other, transactions refuse to overlap.

/** Gives the items back. */
export type Release = () => void;

/** Items that another transaction is writing. */
export type Conflicts = { conflicts: ReadonlySet<string> };

export type Locks = {
  /** Waits for other users of the item; undefined if a transaction writes it. */
  forWrite(key: string): Promise<Release | undefined>;
  /** Takes all items at once, after single writes and reads of them are over. */
  forTransaction(keys: readonly string[]): Promise<Release | Conflicts>;
  /** Shares the items with other readers and keeps writers away. */
  forRead(keys: readonly string[]): Promise<Release | Conflicts>;
};

type Use = { by: "write" | "transaction" | "read"; done: Promise<void> };

export function createLocks(): Locks {
  const uses = new Map<string, Set<Use>>();

  function take(keys: readonly string[], by: Use["by"]): Release {
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const use: Use = { by, done };
    for (const key of keys) {
      const others = uses.get(key);
      if (others) others.add(use);
      else uses.set(key, new Set([use]));
    }
    return () => {
      for (const key of keys) {
        const all = uses.get(key);
        all?.delete(use);
        if (all?.size === 0) uses.delete(key);
      }
      resolve();
    };
  }

  const find = (key: string, wanted: (use: Use) => boolean) => [...(uses.get(key) ?? [])].find(wanted);
  const isTransaction = (use: Use) => use.by === "transaction";

  /** Between the last look and the taking nothing can happen: both are in one turn of the event loop. */
  async function takeAll(keys: readonly string[], by: "transaction" | "read"): Promise<Release | Conflicts> {
    const isInTheWay = (use: Use) => by === "transaction" || use.by !== "read";
    for (;;) {
      const conflicts = new Set(keys.filter((key) => find(key, isTransaction)));
      if (conflicts.size > 0) return { conflicts };
      const other = keys.map((key) => find(key, isInTheWay)).find((use) => use !== undefined);
      if (!other) return take(keys, by);
      await other.done;
    }
  }

  return {
    async forWrite(key) {
      for (;;) {
        if (find(key, isTransaction)) return undefined;
        const other = find(key, () => true);
        if (!other) return take([key], "write");
        await other.done;
      }
    },
    forTransaction: (keys) => takeAll(keys, "transaction"),
    forRead: (keys) => takeAll(keys, "read"),
  };
}
