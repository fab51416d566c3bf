// The timeline's layout: lanes, waiting, failed attempts and retries, compensation, causes.
import { expect, test } from "vitest";
import { at, attempt, declined, delivered, event, retried } from "../testing/moments.ts";
import { services } from "../testing/topology.ts";
import { BAR_HEIGHT, layoutTimeline, type Timeline, walkOf } from "./timeline.ts";

const barOf = ({ bars }: Timeline, reaction: string, nth = 1) => {
  const bar = bars.find(({ attempt }) => attempt.reaction === reaction && attempt.attempt === nth);
  if (!bar) throw new Error(`No bar for ${reaction} #${nth}`);
  return bar;
};
const markOf = ({ marks }: Timeline, label: string) => {
  const mark = marks.find((each) => each.label === label);
  if (!mark) throw new Error(`No mark ${label}`);
  return mark;
};
const laneOf = ({ lanes }: Timeline, y: number) =>
  lanes.find((lane) => y >= lane.y && y < lane.y + lane.height)?.name;

test("everything is in the lane of the service that did it", () => {
  const timeline = layoutTimeline(declined(), services, 1200);
  expect(timeline.lanes.map(({ name }) => name)).toEqual(["customer", ...services]);
  const places = [...timeline.bars, ...timeline.marks].map(({ y }) => laneOf(timeline, y));
  const lane = (label: string) => laneOf(timeline, markOf(timeline, label).y);
  expect(places).not.toContain(undefined);
  expect(lane("place-order → 202")).toBe("customer");
  expect(lane("StockReleased")).toBe("inventory");
  expect(lane("authorize: declined (card_declined)")).toBe("payment");
  expect(lane("mail “rejected” sent")).toBe("notification");
  expect(laneOf(timeline, barOf(timeline, "release-stock").y)).toBe("inventory");
});

test("a bar begins where its message was taken, and waits from where the message came", () => {
  const timeline = layoutTimeline(declined(), services, 1200);
  const bar = barOf(timeline, "release-stock");
  expect(bar.queuedMilliseconds).toBe(14);
  expect(bar.queuedX).toBeLessThan(bar.x);
  expect(bar.queuedX).toBeGreaterThan(markOf(timeline, "PaymentDeclined").x);
  expect(markOf(timeline, "StockReleased").x).toBeGreaterThan(bar.x);
  expect(markOf(timeline, "StockReleased").x).toBeLessThan(bar.x + bar.width);
});

test("what takes something back points backwards to it", () => {
  const timeline = layoutTimeline(declined(), services, 1200);
  const undoes = timeline.links.filter(({ kind }) => kind === "undoes");
  expect(undoes).toHaveLength(1);
  expect(undoes[0]).toMatchObject({
    fromX: markOf(timeline, "StockReleased").x,
    toX: markOf(timeline, "StockReserved").x,
  });
  expect(undoes[0]?.toX).toBeLessThan(undoes[0]?.fromX ?? 0);
  expect(barOf(timeline, "release-stock").isUndo).toBe(true);
  expect(barOf(timeline, "reserve-stock").isUndo).toBe(false);
});

test("a refund of what was sold points at the sale, not at the reservation", () => {
  const timeline = layoutTimeline(
    [
      event(0, "StockReserved", "inventory"),
      event(50, "StockCommitted", "inventory"),
      event(300, "StockReleased", "inventory"),
    ],
    services,
    1200,
  );
  expect(timeline.links).toMatchObject([{ kind: "undoes", toX: markOf(timeline, "StockCommitted").x }]);
});

test("an event is tied to the first attempt of everything that heard it", () => {
  const timeline = layoutTimeline(declined(), services, 1200);
  const placed = markOf(timeline, "OrderPlaced");
  const causes = timeline.links.filter(({ kind, fromX }) => kind === "causes" && fromX === placed.x);
  const bars = ["reserve-stock", "authorize-payment"].map((reaction) => barOf(timeline, reaction));
  expect(causes.map(({ toX, toY }) => [toX, toY])).toEqual(
    bars.map(({ queuedX, y }) => [queuedX, y + BAR_HEIGHT / 2]),
  );
});

test("retries are on one row, to scale, each waiting from the end of the one before; the wait is folded", () => {
  const timeline = layoutTimeline(retried(), services, 1200);
  const bars = [1, 2, 3].map((nth) => barOf(timeline, "commit-stock", nth));
  expect(bars.map(({ queuedMilliseconds }) => queuedMilliseconds)).toEqual([8, 179_996, 179_996]);
  expect(timeline.folds.map(({ milliseconds }) => milliseconds)).toEqual([179_996, 179_996]);
  expect(timeline.links.filter(({ kind }) => kind === "causes")).toHaveLength(1);
  for (const [index, bar] of bars.entries()) {
    const before = bars[index - 1];
    if (before) expect(bar.queuedX).toBeGreaterThanOrEqual(before.x);
  }
});

test("attempts at the same message share a row where the words of one leave room for the next", () => {
  const failed = { service: "payment", outcome: "failed" } as const;
  const timeline = layoutTimeline(
    [
      event(0, "StockReserved", "inventory"),
      delivered(1, "capture-payment", "StockReserved"),
      attempt([10, 200], "capture-payment", "StockReserved", failed),
      attempt([600, 900], "capture-payment", "StockReserved", { service: "payment", attempt: 2 }),
    ],
    services,
    1400,
  );
  expect(barOf(timeline, "capture-payment", 2).y).toBe(barOf(timeline, "capture-payment", 1).y);
});

test("bars that run at the same time are on rows of their own, and no two overlap", () => {
  const crowd = Array.from({ length: 12 }, (_, index) =>
    attempt([index * 3, index * 3 + 100], "track-order", `Event${index}`, { service: "orders" }),
  );
  const { bars } = layoutTimeline(crowd, services, 1200);
  expect(bars).toHaveLength(12);
  for (const bar of bars) {
    const others = bars.filter((each) => each !== bar && each.y === bar.y);
    expect(others.filter((each) => each.x < bar.x + bar.width && bar.x < each.x + each.width)).toEqual([]);
  }
});

test("while an order is open there is an edge of now, and what runs reaches to it", () => {
  const now = Date.parse(at(400));
  const timeline = layoutTimeline(
    [
      event(0, "OrderPlaced", "orders"),
      delivered(1, "reserve-stock", "OrderPlaced"),
      attempt([10], "reserve-stock", "OrderPlaced", { service: "inventory" }),
    ],
    services,
    1200,
    now,
  );
  const bar = barOf(timeline, "reserve-stock");
  expect(bar.isRunning).toBe(true);
  expect(bar.x + bar.width).toBeCloseTo(timeline.nowX ?? Number.NaN);
  expect(layoutTimeline(declined(), services, 1200).nowX).toBeUndefined();
});

test("the arrow keys walk from left to right over everything once", () => {
  const timeline = layoutTimeline(declined(), services, 1200);
  const walk = walkOf(timeline);
  const all = [...timeline.bars, ...timeline.marks];
  const xs = walk.map((key) => all.find((each) => each.key === key)?.x ?? Number.NaN);
  expect(new Set(walk).size).toBe(all.length);
  expect(xs).toEqual(xs.toSorted((a, b) => a - b));
  expect(walk[0]).toBe(markOf(timeline, "place-order → 202").key);
  for (const { from, to } of timeline.links) expect(walk).toEqual(expect.arrayContaining([from, to]));
});

test("two things of one moment in two lanes are two things", () => {
  const timeline = layoutTimeline(
    [event(0, "OrderPlaced", "orders"), event(0, "StockReserved", "inventory")],
    services,
    1200,
  );
  expect(new Set(walkOf(timeline)).size).toBe(2);
});

test("an order of which nothing is known is an empty picture, not a broken one", () => {
  const timeline = layoutTimeline([], services, 1200);
  expect(timeline.bars).toEqual([]);
  for (const number of [timeline.width, timeline.height, ...timeline.lanes.map(({ y }) => y)])
    expect(Number.isFinite(number)).toBe(true);
});
