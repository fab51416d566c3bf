import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a burst begins so many a turn, in the order it came, and nothing waits where there is room", async () => {
  const takeTurn = createTurns(3, 100);
  const begun: number[] = [];
  const begin = async (index: number) => {
    const turn = takeTurn();
    if (turn) await turn;
    begun.push(index);
  };
  for (let index = 0; index < 8; index++) void begin(index);
  expect(begun).toEqual([0, 1, 2]);
  await nextTurn();
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  // Room is for those who came before.
  void begin(8);
  expect(begun).toHaveLength(6);
  await nextTurn();
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  await nextTurn();
  await nextTurn();
  void begin(9);
  expect(begun.at(-1)).toBe(9);
});

test("what waits has an end", async () => {
  const takeTurn = createTurns(1, 2);
  const turns = [0, 1, 2, 3, 4].map(takeTurn);
  expect(turns.map((turn) => turn === undefined)).toEqual([true, false, false, true, true]);
  await Promise.all(turns);
});
