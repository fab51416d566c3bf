// Each check of the event graph, seen to pass and seen to fail on small invented manifests.
import type { EventType, ServiceName } from "@order-saga/contracts";
import { expect, test } from "vitest";
import { checkGraph } from "./graph.ts";
import { reactionManifest, routeManifest, type ServiceManifest, scheduleManifest } from "./manifest.ts";

const service = (name: ServiceName, given: Partial<ServiceManifest> = {}): ServiceManifest => ({
  name,
  table: { record: "ORDER#*", indexes: {} },
  reactions: [],
  schedules: [],
  routes: [],
  settings: {},
  secrets: [],
  ...given,
});

const hearing = (name: string, hears: EventType[], says: EventType[] = []) =>
  reactionManifest({ name, hears, says });
const saying = (name: string, ...says: EventType[]) => scheduleManifest({ name, says });

const placing = routeManifest({
  name: "place-order",
  method: "POST",
  path: "/orders",
  scopes: [],
  says: ["OrderPlaced"],
});

const orders = service("orders", { routes: [placing] });
const reserve = hearing("reserve-stock", ["OrderPlaced"], ["StockReserved", "StockRejected"]);
const release = hearing("release-stock", ["PaymentAborted"], ["StockReleased"]);
const inventory = service("inventory", { reactions: [reserve, release] });
const abort = hearing("abort-payment", ["StockRejected"], ["PaymentAborted"]);
const payment = service("payment", { reactions: [abort] });

test("a sound graph has no problem", () => {
  expect(checkGraph([orders, inventory, payment])).toEqual([]);
  expect(checkGraph([])).toEqual([]);
});

test("a reaction that hears an event which its owner never says is named", () => {
  expect(checkGraph([inventory, payment])).toEqual([
    "reserve-stock hears OrderPlaced, which orders never says.",
  ]);
});

test("a schedule's and a reaction's words count as said", () => {
  const listener = service("notification", {
    reactions: [hearing("a", ["OrderCancelRequested"]), hearing("b", ["OrderConfirmed"])],
  });
  expect(checkGraph([listener])).toHaveLength(2);
  const speaking = service("orders", {
    schedules: [saying("sweep", "OrderCancelRequested", "OrderConfirmed")],
  });
  expect(checkGraph([speaking, listener])).toEqual([]);
});

test("an event said by another than its owner is named, and does not count as said", () => {
  const forger = service("payment", { schedules: [saying("forge", "OrderConfirmed")] });
  const listener = service("notification", { reactions: [hearing("notify", ["OrderConfirmed"])] });
  expect(checkGraph([forger, listener])).toEqual([
    "forge of payment says OrderConfirmed, which only orders may say.",
    "notify hears OrderConfirmed, which orders never says.",
  ]);
});

test("a reaction that hears nothing is named", () => {
  expect(checkGraph([service("orders", { reactions: [hearing("deaf", [])] })])).toEqual([
    "deaf hears nothing.",
  ]);
});

test("a reaction without an answer above what it hears is named", () => {
  const late = hearing("late", ["OrderPlaced", "PaymentCaptured"], ["StockReserved"]);
  const paying = service("payment", { schedules: [saying("resume", "PaymentCaptured")] });
  expect(checkGraph([orders, paying, service("inventory", { reactions: [late] })])).toEqual([
    "late hears PaymentCaptured, but says nothing of a higher layer.",
  ]);
});

test("a reaction that says what lies below all it hears is named", () => {
  const back = hearing("back", ["OrderPlaced"], ["ReservationExpired", "StockReserved"]);
  expect(checkGraph([orders, service("inventory", { reactions: [back] })])).toEqual([
    "back says ReservationExpired, but hears nothing of a lower layer.",
  ]);
});

test.each([
  ["StockRejected", "inventory", "PaymentAborted"],
  ["PaymentDeclined", "payment", "StockReleased"],
  ["PaymentAborted", "payment", "StockReleased"],
  ["PaymentRefunded", "payment", "StockReleased"],
] as const)("the failure %s of %s needs a reaction that answers with %s", (failure, owner, cure) => {
  const failing = service(owner, { schedules: [saying("fail", failure)] });
  const tracking = service("orders", { reactions: [hearing("track", [failure], ["OrderRejected"])] });
  expect(checkGraph([failing, tracking])).toEqual([
    `No reaction answers the failure ${failure} with ${cure}.`,
  ]);
});

test("a reaction that can reach itself over another is named, with its way", () => {
  const first = hearing("first", ["OrderPlaced", "PaymentCaptured"], ["StockReserved", "StockCommitted"]);
  const second = hearing("second", ["StockReserved"], ["PaymentCaptured"]);
  const found = checkGraph([
    orders,
    service("inventory", { reactions: [first] }),
    service("payment", { reactions: [second] }),
  ]);
  expect(found).toEqual(["first can reach itself: OrderPlaced → StockReserved → PaymentCaptured."]);
});

test("a circle is found behind a way that ends", () => {
  const first = hearing("first", ["OrderPlaced", "PaymentCaptured"], ["StockReserved", "StockCommitted"]);
  const ending = hearing("ending", ["StockReserved"], ["PaymentAuthorized"]);
  const second = hearing("second", ["StockReserved"], ["PaymentCaptured"]);
  const found = checkGraph([
    orders,
    service("inventory", { reactions: [first] }),
    service("payment", { reactions: [ending, second] }),
  ]);
  expect(found).toContain("first can reach itself: OrderPlaced → StockReserved → PaymentCaptured.");
});

test("a reaction that hears its own word is named", () => {
  const own = hearing("own", ["OrderPlaced", "StockReserved"], ["StockReserved", "StockCommitted"]);
  expect(checkGraph([orders, service("inventory", { reactions: [own] })])).toEqual([
    "own can reach itself: OrderPlaced → StockReserved.",
  ]);
});

test("a way that would have to fall to a lower layer is no circle: the edge refuses it", () => {
  const up = hearing("up", ["StockReserved"], ["PaymentCaptured"]);
  const down = hearing("down", ["PaymentCaptured"], ["StockReserved"]);
  const found = checkGraph([
    service("payment", { reactions: [up] }),
    service("inventory", { reactions: [down] }),
  ]);
  expect(found).toEqual([
    "down hears PaymentCaptured, but says nothing of a higher layer.",
    "down says StockReserved, but hears nothing of a lower layer.",
  ]);
});

test("two of one name are named once, services and functions alike", () => {
  const found = checkGraph([orders, orders, service("payment", { schedules: [saying("place-order")] })]);
  expect(found).toEqual(["Two services are called orders.", "Two functions are called place-order."]);
});

test("a variable that no setting and no secret provides is named", () => {
  const reading = scheduleManifest({ name: "sweep", environment: ["WINDOW", "KEY", "MISSING"] });
  const given = service("orders", { schedules: [reading], settings: { WINDOW: "15" }, secrets: ["KEY"] });
  expect(checkGraph([given])).toEqual(["sweep reads MISSING, which is no setting and no secret of orders."]);
});

const taking = (name: string) => reactionManifest({ name, hears: [], from: "tasks" });
const sending = (name: string, ...sends: string[]) => ({ ...saying(name), sends });

test("tasks go to a reaction of the same service that takes them, or to oneself", () => {
  const split = { ...hearing("split", ["OrderPlaced"]), sends: ["split", "place"] };
  const good = service("orders", { routes: [placing], reactions: [split, taking("place")] });
  expect(checkGraph([good])).toEqual([]);
  const bad = service("orders", {
    routes: [placing],
    reactions: [hearing("listen", ["OrderPlaced"]), taking("place")],
    schedules: [sending("sweep", "listen", "elsewhere")],
  });
  expect(checkGraph([bad])).toEqual([
    "sweep sends tasks to listen, which is no reaction of orders that takes them.",
    "sweep sends tasks to elsewhere, which is no reaction of orders that takes them.",
    "place waits for tasks, which no function sends.",
  ]);
});

test("a reaction to uploads needs a bucket, and hears no events of the bus", () => {
  const uploads = reactionManifest({ name: "import", hears: [], from: "uploads" });
  const reading = { ...saying("read"), objects: { get: ["a/*"] } };
  expect(checkGraph([service("orders", { reactions: [uploads], schedules: [reading] })])).toEqual([
    "import uses a bucket, and orders has none.",
    "read uses a bucket, and orders has none.",
  ]);
  const bucket = { name: "feeds", prefix: "feeds/", expiresDays: 30 };
  expect(checkGraph([service("orders", { bucket, reactions: [uploads], schedules: [reading] })])).toEqual([]);
  const both = service("orders", {
    bucket,
    routes: [placing],
    reactions: [reactionManifest({ name: "import", hears: ["OrderPlaced"], from: "uploads" })],
  });
  expect(checkGraph([both])).toEqual(["import takes its messages from uploads, so it hears no events."]);
});

test("tasks in a circle are named; a reaction that continues its own work is none", () => {
  const passing = (name: string, ...sends: string[]) =>
    reactionManifest({ name, hears: [], from: "tasks", sends });
  const circle = [passing("a", "b"), passing("b", "c"), passing("c", "a")];
  expect(checkGraph([service("orders", { reactions: circle })])).toEqual([
    "a can reach itself: a message of tasks → a task of b → a task of c → a task of a.",
    "b can reach itself: a message of tasks → a task of c → a task of a → a task of b.",
    "c can reach itself: a message of tasks → a task of a → a task of b → a task of c.",
  ]);
  const line = [passing("a", "a", "b"), passing("b", "b")];
  expect(checkGraph([service("orders", { reactions: line, schedules: [sending("sweep", "a")] })])).toEqual(
    [],
  );
});

test("a loop of events is found over a task, which has no layer, and over a second service", () => {
  const split = { ...hearing("split", ["OrderPlaced"]), sends: ["place"] };
  const place = reactionManifest({ name: "place", hears: [], from: "tasks", says: ["OrderPlaced"] });
  expect(checkGraph([service("orders", { reactions: [split, place] })])).toEqual([
    "split can reach itself: OrderPlaced → a task of place → OrderPlaced.",
    "place can reach itself: a message of tasks → OrderPlaced → a task of place.",
  ]);
  const reserving = hearing("reserve", ["OrderPlaced"], ["StockReserved"]);
  const again = { ...hearing("again", ["StockReserved"]), sends: ["place"] };
  const found = checkGraph([
    service("orders", { reactions: [again, place] }),
    service("inventory", { reactions: [reserving] }),
  ]);
  expect(found).toContain(
    "reserve can reach itself: OrderPlaced → StockReserved → a task of place → OrderPlaced.",
  );
});

test("a loop that an upload begins is found", () => {
  const bucket = { name: "feeds", prefix: "feeds/", expiresDays: 30 };
  const importing = reactionManifest({
    name: "import",
    hears: [],
    from: "uploads",
    sends: ["import", "apply"],
  });
  const apply = reactionManifest({ name: "apply", hears: [], from: "tasks", says: ["StockReserved"] });
  const asking = { ...hearing("ask", ["StockReserved"]), sends: ["apply"] };
  expect(checkGraph([service("inventory", { bucket, reactions: [importing, apply, asking] })])).toEqual([
    "apply can reach itself: a message of tasks → StockReserved → a task of apply.",
    "ask can reach itself: StockReserved → a task of apply → StockReserved.",
  ]);
});
