// The arithmetic of a SKU's counters: invariants A1 to A3 of docs/protocol.md.

export type Counters = { readonly available: number; readonly reserved: number; readonly sold: number };
/** What the reservations of a SKU hold, in pieces. */
export type Held = { reserved: number; sold: number };

type Holder = { readonly state: string; readonly lines: readonly { sku: string; quantity: number }[] };

/** A1: no counter is negative. Says what is wrong, if anything is. */
export function negativeCounter({ available, reserved, sold }: Counters): string | undefined {
  if (available >= 0 && reserved >= 0 && sold >= 0) return undefined;
  return `${available}/${reserved}/${sold} has a negative counter`;
}

/** A2: what is available, reserved and sold is what was put in. Says what is wrong, if anything is. */
export function unconserved({ available, reserved, sold }: Counters, putIn: number): string | undefined {
  if (available + reserved + sold === putIn) return undefined;
  return `${available}+${reserved}+${sold} ≠ ${putIn} put in`;
}

/** A3: the counters are what the reservations hold. Says what is wrong, if anything is. */
export function miscounted(counters: Held, held: Held): string | undefined {
  const wrong = (["reserved", "sold"] as const).filter((counter) => counters[counter] !== held[counter]);
  if (wrong.length === 0) return undefined;
  return wrong
    .map((counter) => `${counters[counter]} ${counter}, reservations hold ${held[counter]}`)
    .join("; ");
}

/** The counter in which a reservation of this state counts; undefined if it holds nothing. */
export function counterOf(state: string | undefined): keyof Held | undefined {
  if (state === "RESERVED") return "reserved";
  return state === "COMMITTED" ? "sold" : undefined;
}

/** Adds what the reservation holds to the sums of its SKUs, or takes it out again. */
export function count(sums: Map<string, Held>, { lines, state }: Holder, times: 1 | -1): void {
  const counter = counterOf(state);
  if (!counter) return;
  for (const { quantity, sku } of lines) {
    const sum = sums.get(sku) ?? { reserved: 0, sold: 0 };
    sum[counter] += times * quantity;
    sums.set(sku, sum);
  }
}
