// What the calls of a provider come to is told to their process's pace: an answer, a limit, or nothing.
import { expect, test } from "vitest";
import { type Failure, inTurn } from "./pace.ts";
import { aSkippingClock } from "./testing.ts";

/** What a pace is told of calls that all fail like this. */
async function toldOf(failure: Failure) {
  const told: string[] = [];
  const clock = aSkippingClock();
  const pace = {
    turn: async () => clock.now(),
    millisecondsLeft: () => 0,
    answered: () => void told.push("answered"),
    refused: (_began: number, wait?: number) => void told.push(`refused for ${wait}`),
  };
  const asking = { clock, failureOf: () => failure, pace, until: 60_000 };
  const call = async () => {
    throw new RangeError("no");
  };
  await expect(inTurn(asking, call)).rejects.toThrow(new RangeError("no"));
  return told;
}

test("an answer that will not change is an answer: the provider had room for the call", async () => {
  expect(await toldOf({ kind: "final" })).toEqual(["answered"]);
});

test("a call without an answer says nothing of the provider's limit", async () => {
  expect(await toldOf({ kind: "passing" })).toEqual([]);
});

test("each refusal is told, with the time that the provider names", async () => {
  const told = await toldOf({ kind: "limit", retryAfterMilliseconds: 70 });
  expect(told).toEqual(Array(4).fill("refused for 70"));
});
