// The source: no frame is lost between snapshot and stream, a cut stream resumes, a new run starts over.
import { expect, test, vi } from "vitest";
import type { Frame, Snapshot } from "../../../src/console-api.ts";
import { order, snapshot } from "../testing/snapshot.ts";
import { connect } from "./source.ts";
import { createStore } from "./store.ts";

/** A browser's event source, as far as the page uses it. */
class Stream extends EventTarget {
  readyState = 0;
  isClosed = false;
  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  say(frame: Frame) {
    this.dispatchEvent(new MessageEvent("frame", { data: JSON.stringify(frame) }));
  }
  reset() {
    this.dispatchEvent(new Event("reset"));
  }
  /** The browser tries again by itself (0), or has given up (2). */
  cut(readyState: 0 | 2) {
    this.readyState = readyState;
    this.dispatchEvent(new Event("error"));
  }
  close() {
    this.isClosed = true;
  }
}

const frame = (sequence: number, orderId: string, runtimeId = "first-run"): Frame => ({
  sequence,
  at: "2026-11-23T09:00:02.000Z",
  runtimeId,
  orders: [order(orderId)],
});

/** A page whose snapshots are answered by the test. */
function page() {
  const store = createStore();
  const streams: Stream[] = [];
  const refusals: string[] = [];
  const asked: { answer: (value: Snapshot) => void; fail: () => void }[] = [];
  const source = connect(store, {
    fetchSnapshot: () =>
      new Promise((resolve, reject) => {
        asked.push({ answer: resolve, fail: () => reject(new Error("away")) });
      }),
    openStream: () => {
      const stream = new Stream();
      streams.push(stream);
      return stream as unknown as EventSource;
    },
    refusalOf: async () => refusals.shift(),
    retryMilliseconds: 1,
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  const orders = () => [...store.orders.value.keys()].toSorted();
  return { store, streams, asked, source, settle, orders, refusals };
}

async function live() {
  const it = page();
  it.streams[0]?.open();
  it.asked[0]?.answer(snapshot());
  await it.settle();
  return it;
}

test("frames that come before the snapshot wait for it; those it has already are passed over", async () => {
  const { store, streams, asked, settle, orders } = page();
  expect(store.connection.value).toBe("connecting");
  streams[0]?.open();
  streams[0]?.say(frame(10, "ord_old"));
  streams[0]?.say(frame(11, "ord_new"));
  expect(orders()).toEqual([]);
  asked[0]?.answer(snapshot({ sequence: 10, orders: [order("ord_snapshot")] }));
  await settle();
  expect(orders()).toEqual(["ord_new", "ord_snapshot"]);
  expect(store.connection.value).toBe("live");
  expect(store.sequence.value).toBe(11);
});

test("a stream that is cut is lost, then live again, and goes on where it was: no snapshot is needed", async () => {
  const { store, streams, asked, orders } = await live();
  streams[0]?.say(frame(11, "ord_1"));
  streams[0]?.cut(0);
  expect(store.connection.value).toBe("lost");
  expect(orders()).toEqual(["ord_1"]);
  streams[0]?.open();
  streams[0]?.say(frame(11, "ord_1"));
  streams[0]?.say(frame(12, "ord_2"));
  expect(store.connection.value).toBe("live");
  expect(orders()).toEqual(["ord_1", "ord_2"]);
  expect(asked).toHaveLength(1);
});

test("a gap in the numbers is never shown as if it were whole: a snapshot is fetched", async () => {
  const { store, streams, asked, settle, orders } = await live();
  streams[0]?.say(frame(13, "ord_after_a_gap"));
  expect(orders()).toEqual([]);
  expect(asked).toHaveLength(2);
  asked[1]?.answer(snapshot({ sequence: 13, orders: [order("ord_in_the_gap"), order("ord_after_a_gap")] }));
  await settle();
  expect(orders()).toEqual(["ord_after_a_gap", "ord_in_the_gap"]);
  expect(store.sequence.value).toBe(13);
});

test.each([
  ["another run", (stream: Stream) => stream.say(frame(11, "ord_x", "second-run"))],
  ["a reset", (stream: Stream) => stream.reset()],
])("%s fetches a snapshot, once however often it is said", async (_, happens) => {
  const { streams, asked, settle, orders } = await live();
  const [stream] = streams;
  if (!stream) throw new Error("No stream was opened");
  happens(stream);
  happens(stream);
  expect(asked).toHaveLength(2);
  asked[1]?.answer(snapshot({ sequence: 3, runtimeId: "second-run", orders: [order("ord_of_the_second")] }));
  await settle();
  expect(orders()).toContain("ord_of_the_second");
});

test("a snapshot that fails is asked for again", async () => {
  const { store, streams, asked, settle } = page();
  streams[0]?.open();
  asked[0]?.fail();
  await settle();
  expect(store.connection.value).toBe("lost");
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  asked[1]?.answer(snapshot());
  await settle();
  expect(store.connection.value).toBe("live");
});

test("a stream that the browser has given up is opened anew, and closing the source closes that too", async () => {
  const { store, streams, asked, source, settle } = await live();
  streams[0]?.cut(2);
  await vi.waitFor(() => expect(streams).toHaveLength(2));
  expect(streams[0]?.isClosed).toBe(true);
  streams[1]?.open();
  asked[1]?.answer(snapshot());
  await settle();
  expect(store.connection.value).toBe("live");
  source.close();
  expect(streams[1]?.isClosed).toBe(true);
});

test("closed while a snapshot is on its way: what it brings is not shown", async () => {
  const { store, streams, asked, source, settle, orders } = page();
  streams[0]?.open();
  source.close();
  asked[0]?.answer(snapshot({ orders: [order("ord_late")] }));
  await settle();
  expect(orders()).toEqual([]);
  expect(store.connection.value).toBe("connecting");
});

test("a stream that the laptop refuses is told with its reason, until one is let through", async () => {
  const { store, streams, settle, refusals } = await live();
  refusals.push("Too many pages of the console are open.");
  streams[0]?.cut(2);
  await settle();
  expect(store.refusal.value).toBe("Too many pages of the console are open.");
  await vi.waitFor(() => expect(streams).toHaveLength(2));
  streams[1]?.open();
  expect(store.refusal.value).toBeUndefined();
});
