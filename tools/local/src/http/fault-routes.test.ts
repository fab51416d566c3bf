// Faults over HTTP: set by list or by preset, listed with their hits, removed one by one or all; what is
// wrong is named.
import { readFileSync } from "node:fs";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { type ListedFault, openFaultBoard } from "../faults/board.ts";
import { Fault } from "../faults/fault.ts";
import { presetNames, presets } from "../faults/presets.ts";
import { mountFaultRoutes } from "./fault-routes.ts";

function setUp() {
  const board = openFaultBoard(undefined);
  const app = new Hono();
  mountFaultRoutes(app, board);
  const ask = async (method: string, body?: unknown, path = "/__local/faults") => {
    const init = {
      method,
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    };
    const answer = await app.request(path, init);
    return { status: answer.status, body: (await answer.json()) as Answer };
  };
  return { ask, board };
}
type Answer = {
  seed: number;
  faults: ListedFault[];
  presets: object;
  type: string;
  errors: { pointer: string }[];
};

const orderId = `ord_${"0".repeat(32)}`;

test("nothing is on at first, and the presets are listed", async () => {
  const { ask } = setUp();
  expect((await ask("GET")).body).toEqual({ seed: 0, faults: [], presets });
});

test("a list of faults is put in the place of what was on, with its defaults and its seed", async () => {
  const { ask } = setUp();
  await ask("PUT", { preset: "poison" });
  const faults = [
    { kind: "crash", reaction: "reserve-stock", times: 2 },
    { kind: "provider", outcome: "down", orderId },
  ];
  const { status, body } = await ask("PUT", { faults, seed: 7 });
  expect(status).toBe(200);
  const first = { id: "fault-1", ...faults[0], effect: "after", chance: 1, hits: 0, left: 2 };
  const second = { id: "fault-2", ...faults[1], chance: 1, hits: 0 };
  expect(body).toMatchObject({ seed: 7, faults: [first, second] });
  expect((await ask("GET")).body).toEqual(body);
});

test("a preset may concern one order only", async () => {
  const { ask } = setUp();
  const { body } = await ask("PUT", { preset: "flaky network", orderId });
  expect(body.faults).toHaveLength(presets["flaky network"].length);
  for (const fault of body.faults) expect(fault).toMatchObject({ orderId });
});

test("a preset is added beside what is on, which keeps its hits and its seed", async () => {
  const { ask, board } = setUp();
  await ask("PUT", { faults: [{ kind: "fail", times: 3 }], seed: 7 });
  board.strike("fail", () => true);
  const { body } = await ask("POST", { preset: "poison", orderId });
  expect(body).toMatchObject({
    seed: 7,
    faults: [
      { kind: "fail", hits: 1 },
      { kind: "poison", orderId },
    ],
  });
});

test.each([
  ["a seed", { preset: "poison", seed: 8 }, "/seed"],
  ["neither preset nor fault", {}, ""],
])("%s cannot be added", async (_, body, pointer) => {
  const { ask } = setUp();
  expect(await ask("POST", body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
});

test("more than fifty faults are not on at once", async () => {
  const { ask, board } = setUp();
  board.set(Array.from({ length: 50 }, () => ({ kind: "fail" as const })));
  expect(await ask("POST", { preset: "poison" })).toMatchObject({ status: 409 });
  expect(board.list()).toHaveLength(50);
});

test("without a seed each setting draws anew", async () => {
  const { ask } = setUp();
  const seeds = [];
  for (let time = 0; time < 3; time++) seeds.push((await ask("PUT", { preset: "lost answers" })).body.seed);
  expect(new Set(seeds).size).toBe(3);
});

test("hits are counted where they are listed", async () => {
  const { ask, board } = setUp();
  await ask("PUT", { faults: [{ kind: "fail", times: 3 }] });
  board.strike("fail", () => true);
  expect((await ask("GET")).body.faults).toMatchObject([{ hits: 1, left: 2 }]);
});

test("one is removed by its id, the others all at once", async () => {
  const { ask } = setUp();
  await ask("PUT", { faults: [{ kind: "fail" }, { kind: "poison" }, { kind: "crash" }] });
  const { body } = await ask("DELETE", undefined, "/__local/faults/fault-2");
  expect(body.faults.map(({ id }) => id)).toEqual(["fault-1", "fault-3"]);
  expect(await ask("DELETE", undefined, "/__local/faults/fault-2")).toMatchObject({
    status: 404,
    body: { type: "not-found" },
  });
  expect((await ask("DELETE")).body.faults).toEqual([]);
});

test.each<[string, unknown, string]>([
  ["an unknown kind", { faults: [{ kind: "earthquake" }] }, "/faults/0/kind"],
  ["an unknown reaction", { faults: [{ kind: "fail", reaction: "reserve-stok" }] }, "/faults/0/reaction"],
  [
    "a reaction where there is none",
    { faults: [{ kind: "mail", outcome: "refused", reaction: "notify-customer" }] },
    "/faults/0/reaction",
  ],
  ["an unknown field", { faults: [{ kind: "fail", time: 3 }] }, "/faults/0/time"],
  ["no order id", { faults: [{ kind: "fail", orderId: "1" }] }, "/faults/0/orderId"],
  ["no times at all", { faults: [{ kind: "fail", times: 0 }] }, "/faults/0/times"],
  ["a chance above one", { faults: [{ kind: "fail", chance: 1.1 }] }, "/faults/0/chance"],
  ["a delay longer than a queue's", { faults: [{ kind: "delay", seconds: 901 }] }, "/faults/0/seconds"],
  ["a delay of no length", { faults: [{ kind: "delay" }] }, "/faults/0/seconds"],
  ["an unknown outcome", { faults: [{ kind: "provider", outcome: "late" }] }, "/faults/0/outcome"],
  [
    "an unknown event",
    { faults: [{ kind: "put-events", outcome: "refused", event: "Gossip" }] },
    "/faults/0/event",
  ],
  ["no fault", { faults: [] }, "/faults"],
  ["an unknown preset", { preset: "sunny day" }, "/preset"],
  ["a preset and faults", { preset: "poison", faults: [{ kind: "fail" }] }, ""],
  ["neither", { seed: 1 }, ""],
  ["a seed below zero", { preset: "poison", seed: -1 }, "/seed"],
])("%s is refused, and what was on stays on", async (_, body, pointer) => {
  const { ask, board } = setUp();
  board.set([{ kind: "fail" }]);
  const before = board.list();
  const refused = await ask("PUT", body);
  expect(refused).toMatchObject({ status: 400, body: { type: "invalid-body", errors: [{ pointer }] } });
  expect(board.list()).toEqual(before);
});

test("what is no JSON is refused", async () => {
  const { ask } = setUp();
  expect(await ask("PUT", "poison")).toMatchObject({ status: 400, body: { type: "not-json" } });
});

test("the page about faults names every kind, every outcome and every preset", () => {
  const page = readFileSync(new URL("../../clock-and-faults.md", import.meta.url), "utf8");
  for (const { shape } of Fault.options) {
    expect(page).toContain(`\`${shape.kind.value}\``);
    for (const outcome of "outcome" in shape ? shape.outcome.options : []) expect(page).toContain(outcome);
  }
  for (const name of presetNames) expect(page).toContain(`\`${name}\``);
});
