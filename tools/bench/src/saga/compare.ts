// Which contenders settle orders in turns, and what each took.
import { median } from "../statistics.ts";
import { type Contender, type Sample, sample } from "./contender.ts";
import { startLaptop } from "./laptop.ts";
import { startBullMq } from "./peers/bullmq.ts";
import { startDbos } from "./peers/dbos.ts";
import { startDurable } from "./peers/durable.ts";
import { missing } from "./peers/programs.ts";
import { startRestate } from "./peers/restate.ts";
import { type StartPeer, startHttpPeer, startWithCalls } from "./peers/with-calls.ts";

/** Which peers take part: none, those with the same calls as the laptop, or all. */
export type Peers = "none" | "same calls" | "all";
export type Measured = { busy: Sample[]; alone: Sample[] };
export type Results = Record<string, Measured>;

/** Every contender in turns within each round, so that other load on the machine meets all of them alike. */
export async function compare(orders: number, rounds: number, peers: Peers) {
  const contenders: Contender[] = [];
  const skipped: Record<string, string> = {};
  const results: Results = {};
  try {
    contenders.push(await startLaptop({ name: "in memory", persisted: false }));
    contenders.push(await startLaptop({ name: "persisted", persisted: true }));
    for (const { name, needs, start } of peersOf(peers)) {
      const why = missing(needs);
      if (why) skipped[name] = why;
      else
        await start(name).then(
          (contender) => contenders.push(contender),
          (error) => {
            skipped[name] = error instanceof Error ? error.message : String(error);
          },
        );
    }
    for (const each of contenders) {
      await sample(each, Math.max(100, orders / 2), 32);
      results[each.name] = { busy: [], alone: [] };
    }
    for (let round = 0; round < rounds; round++) {
      const turn = round % contenders.length;
      for (const each of [...contenders.slice(turn), ...contenders.slice(0, turn)]) {
        results[each.name]?.busy.push(await sample(each, orders, 32));
        results[each.name]?.alone.push(await sample(each, Math.ceil(orders / 10), 1));
      }
    }
  } finally {
    for (const each of contenders) await each.stop();
  }
  return { results, skipped };
}

type Peer = { name: string; start: StartPeer; needs: readonly string[] };

const engines: readonly Peer[] = [
  { name: "Restate", start: startRestate, needs: [] },
  { name: "BullMQ", start: startBullMq, needs: ["redis-server"] },
  { name: "DBOS", start: startDbos, needs: ["postgres", "initdb"] },
  { name: "durable functions", start: startDurable, needs: [] },
];

const oneFunction: Peer = {
  name: "one function",
  start: (name, cloud) => startHttpPeer(name, "./function-service.ts", cloud),
  needs: [],
};

const withCalls = ({ name, needs, start }: Peer): Peer => ({
  name: `${name} with calls`,
  needs,
  start: (name) => startWithCalls(name, start),
});

/** Engines at their best, whose steps change a map; then each with the calls of the laptop's order. */
const peersOf = (peers: Peers): readonly Peer[] =>
  peers === "none" ? [] : [...(peers === "all" ? engines : []), ...[...engines, oneFunction].map(withCalls)];

export function medianOf(samples: readonly Sample[], pick: (sample: Sample) => number | undefined): number {
  return median(samples.map((each) => pick(each) ?? Number.NaN));
}

/** The median of each round's own ratio; undefined without the other. */
export function ratio(
  ours: readonly Sample[],
  theirs: readonly Sample[] | undefined,
  pick: (sample: Sample) => number,
) {
  return theirs && median(ours.map((each, round) => pick(each) / pick(theirs[round] ?? each)));
}
