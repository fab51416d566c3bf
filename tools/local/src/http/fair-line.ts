// Requests wait in line when too many run at once, customer by customer; the line has an end.

/** Neither is there a free place, nor room to wait for one. */
export class LineFull extends Error {
  override readonly name = "LineFull";
  constructor() {
    super("There are more requests than can wait.");
  }
}

export type FairLine = {
  /** True if `run` would refuse this customer now. */
  isFullFor(customer: string): boolean;
  /** Rejects with LineFull where there is no room, or if another customer gets the room that this one had. */
  run<T>(customer: string, act: () => Promise<T>): Promise<T>;
  /** How many wait. */
  waiting(): number;
};

type Waiter = { begin: () => void; giveUp: () => void };

/**
 * Runs at most `places` acts at once. The others wait, at most `room` of them: customers in turn, and each
 * one's acts in the order they came. In a full line a customer who has fewer takes the room of the last of
 * the one who has most. A function's timeout counts from the moment it runs, as in Lambda, where every
 * request has an execution environment to itself.
 */
export function createFairLine(places: number, room: number): FairLine {
  /** In the order of the turns: who was served goes to the end. */
  const lines = new Map<string, Waiter[]>();
  let free = places;
  let waiting = 0;

  const lengthOf = (customer: string) => lines.get(customer)?.length ?? 0;

  function longest(): string | undefined {
    let most: string | undefined;
    for (const [customer, line] of lines)
      if (most === undefined || line.length > lengthOf(most)) most = customer;
    return most;
  }

  function take(customer: string, which: "first" | "last"): Waiter | undefined {
    const line = lines.get(customer) ?? [];
    const taken = which === "first" ? line.shift() : line.pop();
    if (line.length === 0) lines.delete(customer);
    waiting--;
    return taken;
  }

  /** The place is handed on, so that no later request overtakes one that waits. */
  function handOn(): void {
    const [customer] = lines.keys();
    if (customer === undefined) {
      free++;
      return;
    }
    const next = take(customer, "first");
    const rest = lines.get(customer);
    if (rest) {
      lines.delete(customer);
      lines.set(customer, rest);
    }
    next?.begin();
  }

  function isFullFor(customer: string): boolean {
    if (free > 0 || waiting < room) return false;
    const most = longest();
    return most === undefined || lengthOf(most) <= lengthOf(customer) + 1;
  }

  function turnOf(customer: string): Promise<void> {
    if (isFullFor(customer)) return Promise.reject(new LineFull());
    if (waiting >= room) take(longest() ?? "", "last")?.giveUp();
    const { promise, reject, resolve } = Promise.withResolvers<void>();
    const line = lines.get(customer) ?? [];
    line.push({ begin: resolve, giveUp: () => reject(new LineFull()) });
    lines.set(customer, line);
    waiting++;
    return promise;
  }

  return {
    isFullFor,
    async run(customer, act) {
      if (free > 0) free--;
      else await turnOf(customer);
      try {
        return await act();
      } finally {
        handOn();
      }
    },
    waiting: () => waiting,
  };
}
