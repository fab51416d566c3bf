// A rollout moves hearers before speakers, shifts routes in steps, and takes everything back when it must.
import { expect, test } from "vitest";
import { type Plan, rollOut, type StagePort, type Waiting } from "./rollout.ts";

const plan: Plan = { shares: [0.1, 0.5], minutesPerShare: 5, bakeMinutes: 10 };

const fn = (name: string, kind: Waiting["kind"], layer: number): Waiting => ({
  name,
  kind,
  layer,
  live: "6",
  newest: "7",
});
const place = fn("place-order", "route", 0);
const get = fn("get-order", "route", Number.POSITIVE_INFINITY);
const reserve = fn("reserve-stock", "worker", 1);
const notify = fn("notify-customer", "worker", Number.POSITIVE_INFINITY);

/** A stage in which time passes by pauses alone; what goes wrong is asked for with minute and shares. */
function stageOf(
  waiting: Waiting[],
  wrong: Partial<{
    alarms: (minute: number) => string[];
    troubles: (minute: number, shares: Map<string, number>) => string[];
    refused: (name: string, share: number) => boolean;
  }> = {},
) {
  let seconds = 0;
  const shares = new Map<string, number>();
  const shifts: string[] = [];
  const port: StagePort = {
    waiting: async () => waiting,
    async shift({ name }, share) {
      if (wrong.refused?.(name, share)) throw new Error(`AWS refuses ${name}`);
      shares.set(name, share);
      shifts.push(`${seconds / 60} min: ${name} ${share}`);
    },
    alarms: async () => wrong.alarms?.(seconds / 60) ?? [],
    troubles: async () => wrong.troubles?.(seconds / 60, shares) ?? [],
    async pause(given) {
      seconds += given;
    },
  };
  return { port, shares, shifts, minutes: () => seconds / 60 };
}

const said: string[] = [];
const run = (port: StagePort) => rollOut(port, plan, (line) => said.push(line));

test("reactions are moved at once, hearers first, and watched; then routes in shares", async () => {
  const { minutes, port, shifts } = stageOf([place, reserve, get, notify]);
  expect(await run(port)).toBe("done");
  expect(shifts).toEqual([
    "0 min: notify-customer 1",
    "0 min: reserve-stock 1",
    "10 min: place-order 0.1",
    "10 min: get-order 0.1",
    "15 min: place-order 0.5",
    "15 min: get-order 0.5",
    "20 min: place-order 1",
    "20 min: get-order 1",
  ]);
  expect(minutes()).toBe(25);
});

test("nothing is done, and nothing waited for, when each newest version is live", async () => {
  const { minutes, port, shifts } = stageOf([]);
  expect(await run(port)).toBe("nothing to do");
  expect({ shifts, minutes: minutes() }).toEqual({ shifts: [], minutes: 0 });
});

test("it does not begin while an alarm is on", async () => {
  const { port, shifts } = stageOf([place], { alarms: () => ["the alarm api-errors is on"] });
  expect(await run(port)).toBe("not begun");
  expect(shifts).toEqual([]);
  expect(said.at(-1)).toContain("api-errors");
});

test("a message that is parked during the bake takes the reactions back, and no route is moved", async () => {
  const { minutes, port, shares } = stageOf([place, reserve, notify], {
    troubles: (minute, shares) => (minute >= 3 && shares.get("reserve-stock") === 1 ? ["parked"] : []),
  });
  expect(await run(port)).toBe("rolled back");
  expect(Object.fromEntries(shares)).toEqual({ "notify-customer": 0, "reserve-stock": 0 });
  expect(minutes()).toBe(3);
  expect(said.at(-1)).toBe("parked");
});

test("a route that fails at half its calls takes back everything, the route first", async () => {
  const { port, shares, shifts } = stageOf([place, reserve], {
    troubles: (_, shares) => (shares.get("place-order") === 0.5 ? ["request failed"] : []),
  });
  expect(await run(port)).toBe("rolled back");
  expect(Object.fromEntries(shares)).toEqual({ "place-order": 0, "reserve-stock": 0 });
  expect(shifts.slice(-2).map((each) => each.split(": ")[1])).toEqual(["place-order 0", "reserve-stock 0"]);
});

test("an alarm in the last step takes everything back", async () => {
  const { port, shares } = stageOf([place], { alarms: (minute) => (minute > 12 ? ["on"] : []) });
  expect(await run(port)).toBe("rolled back");
  expect(shares.get("place-order")).toBe(0);
});

test("a shift that AWS refuses takes back what was moved, and says what AWS said", async () => {
  const { port, shares } = stageOf([reserve, place], {
    refused: (name, share) => name === "place-order" && share > 0,
  });
  await expect(run(port)).rejects.toThrow("AWS refuses place-order");
  expect(Object.fromEntries(shares)).toEqual({ "place-order": 0, "reserve-stock": 0 });
});

test("a function that cannot be taken back stops none of the others, and is named", async () => {
  const { port, shares } = stageOf([reserve, notify], {
    troubles: () => ["parked"],
    refused: (name, share) => name === "reserve-stock" && share === 0,
  });
  await expect(run(port)).rejects.toThrow(/could not be rolled back: reserve-stock/);
  expect(shares.get("notify-customer")).toBe(0);
});
