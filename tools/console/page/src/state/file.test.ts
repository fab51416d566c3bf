// A session file: opened as it was, read-only; anything else is refused in words.
import { expect, onTestFinished, test } from "vitest";
import type { OrderDetail, Session } from "../../../src/console-api.ts";
import { order, snapshot } from "../testing/snapshot.ts";
import { act, ask } from "./ask.ts";
import { openedFile, openSession } from "./file.ts";
import { createStore } from "./store.ts";

const detail = { summary: order("ord_1"), moments: [], isPartial: false } as unknown as OrderDetail;
const file: Session = {
  format: "order-saga-session",
  version: 1,
  exportedAt: "2026-11-23T09:05:00.000Z",
  snapshot: snapshot({ orders: [order("ord_1")] }),
  orders: [detail],
};
function opened(content: unknown) {
  onTestFinished(() => {
    openedFile.value = undefined;
  });
  const store = createStore();
  openSession(store, "monday.json", typeof content === "string" ? content : JSON.stringify(content));
  return store;
}

test("what was exported is shown, and orders are answered from the file", async () => {
  const store = opened(file);
  expect(store.connection.value).toBe("file");
  expect([...store.orders.value.keys()]).toEqual(["ord_1"]);
  expect(await ask("orders/ord_1")).toEqual(detail);
  expect(openedFile.value?.exportedAt).toBe(file.exportedAt);
});

test("nothing is asked of a laptop while a file is open, and nothing can be done to one", async () => {
  opened(file);
  await expect(ask("queues/orders-track-order/messages")).rejects.toThrow("Not in this session file");
  await expect(act("dead-letters/redrive", {})).rejects.toThrow("This is a session file");
});

test.each([
  ["not JSON", "cat", "is not JSON"],
  ["another document", {}, "is no session"],
  ["null", null, "is no session"],
  ["a later version", { ...file, version: 2 }, "is no session"],
])("%s is refused, and what was shown stays", (_, content, words) => {
  expect(() => opened(content)).toThrow(words);
  expect(openedFile.value).toBeUndefined();
});
