// What a worker is told, and what it says of a mistake.
import { reactionManifest } from "@order-saga/messaging";
import type { ReactionResources } from "@order-saga/messaging/topology";
import { expect, test } from "vitest";
import { readGiven } from "./arguments.ts";

const known = ["reserve-stock", "capture-payment"].map((name) => ({
  resources: { manifest: reactionManifest({ name, hears: [] }) } as unknown as ReactionResources,
  load: async () => ({}),
}));
const namesOf = (...args: string[]) =>
  readGiven(args, known).reactions.map(({ resources }) => resources.manifest.name);

test("reactions are named, each once, or all at once", () => {
  expect(namesOf("capture-payment", "capture-payment")).toEqual(["capture-payment"]);
  expect(namesOf("--", "--all")).toEqual(["reserve-stock", "capture-payment"]);
});

test("limits have defaults, and what is given counts", () => {
  expect(readGiven(["--all"], known)).toMatchObject({
    healthPort: undefined,
    batchesAtOnce: undefined,
    pollSeconds: 10,
    stopSeconds: 25,
    longestBatchSeconds: 900,
  });
  const given = ["--poll-seconds", "1", "--stop-seconds", "0", "--health-port=8080", "--batches-at-once=4"];
  expect(readGiven(["--all", ...given], known)).toMatchObject({
    healthPort: 8080,
    batchesAtOnce: 4,
    pollSeconds: 1,
    stopSeconds: 0,
  });
});

test.each([
  [[], "Name a reaction, or --all. There are capture-payment, reserve-stock."],
  [["ship"], 'There is no reaction "ship". There are capture-payment, reserve-stock.'],
  [["--all", "reserve-stock"], "Give --all or names of reactions, not both."],
  [["--all", "--poll-seconds", "21"], '--poll-seconds needs a whole number from 0 to 20, not "21".'],
  [["--all", "--stop-seconds", "soon"], '--stop-seconds needs a whole number from 0 to 120, not "soon".'],
  [["--every"], "Unknown option '--every'"],
])("%j is refused with what to do", (args, sentence) => {
  expect(() => readGiven(args, known)).toThrow(sentence);
});
