// Redrive results in words; a redrive that stops leaves the other queues untried.
import { expect, test } from "vitest";
import type { RedriveResult } from "../../../src/console-api.ts";
import { dryRunWords, messagesByQueue, redriveEach, redriveWords } from "./redrive.ts";

const result = (more: Partial<RedriveResult> = {}): RedriveResult => ({
  redriven: 2,
  settled: 2,
  failedAgain: 0,
  left: 0,
  stopped: false,
  ...more,
});

test("a redrive's words name what settled, and what did not only if there is any", () => {
  expect(redriveWords(result())).toBe("2 redriven, 2 settled.");
  expect(redriveWords(result({ settled: 1, failedAgain: 1, left: 3, stopped: true }))).toBe(
    "2 redriven, 1 settled, 1 failed again, 3 left; stopped at the failure.",
  );
});

test("all queues are redriven one after the other, and counted together", async () => {
  const tried: string[] = [];
  const queues = messagesByQueue([
    { queue: "a-dlq", count: 1 },
    { queue: "b-dlq", count: 2 },
    { queue: "a-dlq", count: 1 },
  ]);
  expect([...queues]).toEqual([
    ["a-dlq", 2],
    ["b-dlq", 2],
  ]);
  const sum = await redriveEach(queues, async (queue) => {
    tried.push(queue);
    return result();
  });
  expect(tried).toEqual(["a-dlq", "b-dlq"]);
  expect(sum).toEqual(result({ redriven: 4, settled: 4 }));
});

test("after one that stops nothing is tried, and what was not tried is left", async () => {
  const tried: string[] = [];
  const queues = new Map([
    ["a-dlq", 3],
    ["b-dlq", 2],
    ["c-dlq", 1],
  ]);
  const sum = await redriveEach(queues, async (queue) => {
    tried.push(queue);
    return result({ redriven: 1, settled: 0, failedAgain: 1, left: 2, stopped: true });
  });
  expect(tried).toEqual(["a-dlq"]);
  expect(sum).toEqual({ redriven: 1, settled: 0, failedAgain: 1, left: 5, stopped: true });
});

test("dry runs of a group are counted by what they found", () => {
  const run = (messageId: string, verdict: "would settle" | "fails again") => ({
    messageId,
    verdict,
    words: "",
    says: [],
    changes: [],
  });
  expect(dryRunWords([run("1", "would settle"), run("2", "fails again"), run("3", "would settle")])).toBe(
    "Tried on copies: 2 × would settle, 1 × fails again.",
  );
});
