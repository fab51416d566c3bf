// Which bucket an order takes its stock from, what is moved there first, and when the stock was surely short.
import fc from "fast-check";
import { expect, test } from "vitest";
import { availableIn, choose, gather, type Move, type Stock, wasShort } from "./buckets.ts";
import { orderIdOf } from "./testing.ts";

const TEA = (quantity: number) => ({ sku: "TEA", quantity });
/** FNV-1a of it is 0xbf9cf968 (https://www.rfc-editor.org/rfc/rfc9923): 0 of 4 buckets, 1 of 3, 8 of 32. */
const orderId = "foobar";

test("an order takes from its own bucket if that has enough, whatever the others have", () => {
  expect(choose(TEA(2), orderId, [2, 90, 90, 90])).toEqual({ bucket: 0 });
  expect(choose(TEA(2), orderId, [90, 2, 90])).toEqual({ bucket: 1 });
  expect(choose(TEA(1), orderId, Array(32).fill(1))).toEqual({ bucket: 8 });
  expect(choose(TEA(3), orderId, [3])).toEqual({ bucket: 0 });
});

test("while some bucket has plenty, a share of it goes to the order's own bucket first", () => {
  const move = { sku: "TEA", into: 0, from: [{ bucket: 2, quantity: 25 }], below: 2 };
  expect(choose(TEA(2), orderId, [1, 50, 103, 50])).toEqual({ bucket: 0, move });
  const least = { ...move, from: [{ bucket: 1, quantity: 2 }] };
  expect(choose(TEA(2), orderId, [1, 8, 2, 2])).toEqual({ bucket: 0, move: least });
});

test("without plenty an order takes from the next bucket that has enough, from its own on", () => {
  expect(choose(TEA(2), orderId, [1, 0, 7, 7])).toEqual({ bucket: 2 });
  expect(choose(TEA(3), orderId, [3, 2, 1])).toEqual({ bucket: 0 });
  expect(choose(TEA(3), "a", [2, 1, 4, 1, 3])).toEqual({ bucket: 2 });
});

test("where no bucket has enough, what is lacking goes to the fullest, of equals to the first", () => {
  const from = [
    { bucket: 0, quantity: 1 },
    { bucket: 1, quantity: 1 },
  ];
  expect(choose(TEA(4), orderId, [1, 1, 2, 2])).toEqual({
    bucket: 2,
    move: { sku: "TEA", into: 2, from: [{ bucket: 3, quantity: 2 }], below: 4 },
  });
  expect(choose(TEA(4), orderId, [1, 1, 2, 0])).toEqual({
    bucket: 2,
    move: { sku: "TEA", into: 2, from, below: 4 },
  });
});

test("all buckets together have too little", () => {
  expect(choose(TEA(5), orderId, [1, 1, 2, 0])).toBeUndefined();
  expect(choose(TEA(1), orderId, [0, 0])).toBeUndefined();
});

test("what a bucket lacks comes from those that have most, and nothing comes if nothing is lacking", () => {
  expect(gather("TEA", 0, 8, [1, 2, 5, 3])).toEqual({
    sku: "TEA",
    into: 0,
    from: [
      { bucket: 2, quantity: 5 },
      { bucket: 3, quantity: 2 },
    ],
    below: 8,
  });
  expect(gather("TEA", 0, 11, [1, 2, 5, 3])?.from).toHaveLength(3);
  expect(gather("TEA", 0, 3, [1, 2, 0, 0])?.from).toEqual([{ bucket: 1, quantity: 2 }]);
  expect(gather("TEA", 0, 12, [1, 2, 5, 3])).toBeUndefined();
  expect(gather("TEA", 0, 1, [1, 2, 5, 3])).toBeUndefined();
  expect(gather("TEA", 0, 1, [])).toBeUndefined();
});

test("orders spread over the buckets", () => {
  const counts = Array<number>(10).fill(0);
  for (let n = 0; n < 1000; n++) {
    const { bucket } = choose(TEA(1), orderIdOf(n), Array(10).fill(1)) ?? expect.unreachable();
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(40);
});

/** Carries a move out; false if a bucket has too little. */
function moved(available: number[], { from, into }: Move): boolean {
  if (from.some(({ bucket, quantity }) => (available[bucket] ?? 0) < quantity)) return false;
  for (const { bucket, quantity } of from) {
    available[bucket] = (available[bucket] ?? 0) - quantity;
    available[into] = (available[into] ?? 0) + quantity;
  }
  return true;
}

const quantities = fc.array(fc.nat(9), { minLength: 1, maxLength: 6 });

test("an order finds a bucket exactly if all together have enough, and its bucket has enough after the move", () => {
  const one = fc.tuple(quantities, fc.integer({ min: 1, max: 12 }), fc.nat());
  fc.assert(
    fc.property(one, ([available, quantity, order]) => {
      const sum = available.reduce((a, b) => a + b, 0);
      const choice = choose(TEA(quantity), orderIdOf(order), available);
      expect(choice !== undefined).toBe(sum >= quantity);
      if (!choice) return;
      const { bucket, move } = choice;
      const after = [...available];
      if (move) {
        expect(move.from.every((each) => each.quantity > 0 && each.bucket !== move.into)).toBe(true);
        expect(move).toMatchObject({ sku: "TEA", into: bucket, below: quantity });
        expect(available[bucket]).toBeLessThan(quantity);
        expect(moved(after, move)).toBe(true);
      }
      expect(after[bucket]).toBeGreaterThanOrEqual(quantity);
      expect(after.reduce((a, b) => a + b, 0)).toBe(sum);
    }),
  );
});

const stock = (...buckets: [available: number, given: number][]): Stock =>
  buckets.map(([available, given]) => ({ available, given }));

test("stock was short if too little was read, and nothing was added to any bucket by the second read", () => {
  const first = stock([1, 4], [1, 7]);
  expect(availableIn(first)).toBe(2);
  expect(wasShort(3, first, first)).toBe(true);
  expect(wasShort(3, first, stock([0, 4], [0, 7]))).toBe(true);
  expect(wasShort(2, first, first)).toBe(false);
  expect(wasShort(3, first, stock([1, 5], [1, 7]))).toBe(false);
  expect(wasShort(3, first, stock([1, 4], [1, 8]))).toBe(false);
});

test("what is read of more buckets than before says nothing of a shortage, nor of fewer", () => {
  const first = stock([1, 4], [1, 7]);
  expect(wasShort(3, first, stock([1, 4], [1, 7], [0, 0]))).toBe(false);
  expect(wasShort(3, first, stock([1, 4]))).toBe(false);
});

test("whatever happens between the reads of its buckets, stock that was short was short at some moment", () => {
  const buckets = 3;
  const bucket = fc.nat(buckets - 1);
  const change = fc.record({
    kind: fc.constantFrom("take", "give", "move", "read", "read", "read"),
    at: bucket,
    to: bucket,
  });
  const history = fc.array(change, { minLength: 6, maxLength: 40, size: "max" });
  let found = 0;
  fc.assert(
    fc.property(
      history,
      fc.array(fc.nat(2), { minLength: buckets, maxLength: buckets }),
      (changes, start) => {
        const now = start.map((available) => ({ available, given: 0 }));
        const reads: Stock[] = [];
        let reading: Stock = [];
        let least = Number.POSITIVE_INFINITY;
        for (const { at, kind, to } of changes) {
          const [from, into] = [now[at], now[to]];
          if (!from || !into || reads.length === 2) break;
          if (kind === "read") {
            const next = now[reading.length];
            reading = [...reading, ...(next ? [{ ...next }] : [])];
            if (reading.length === buckets) {
              reads.push(reading);
              reading = [];
            }
          }
          if (kind === "give") into.available += 1;
          if (kind !== "give" && kind !== "read" && from.available > 0 && from !== into) {
            from.available -= 1;
            if (kind === "move") into.available += 1;
          }
          if (kind === "give" || (kind === "move" && from !== into)) into.given += 1;
          if (reads.length > 0) least = Math.min(least, availableIn(now));
        }
        const [first, second] = reads;
        if (!first || !second || !wasShort(2, first, second)) return;
        found += 1;
        expect(least).toBeLessThan(2);
      },
    ),
    { numRuns: 5000 },
  );
  expect(found).toBeGreaterThan(50);
});
