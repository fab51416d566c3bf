// How often a reservation asks the store, and when it waits: each needless question is paid for.
import { Contended } from "@order-saga/messaging/optimistic";
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import type { InventoryStore } from "./ports.ts";
import { commitStockHandler, releaseStockHandler, reserveStockHandler } from "./reactions.ts";
import { createMemoryStore } from "./store/memory.ts";
import { anOrder, context, orderIdOf } from "./testing.ts";

const orderId = orderIdOf(7);
const placed = anOrder(orderId, { TEA: 3 });
/** A store of so much tea that answers its first reservations with these; and what it is asked. */
async function aStore(stock: number, ...first: Awaited<ReturnType<InventoryStore["reserve"]>>[]) {
  const memory = createMemoryStore();
  await memory.adjust({ principal: "ada", key: "delivery-0000000007", sku: "TEA", delta: stock });
  const asked: string[] = [];
  const pauses: number[] = [];
  const store = {
    ...memory,
    reserve: async (wanted: Parameters<typeof memory.reserve>[0]) => {
      asked.push("reserve");
      return first.shift() ?? memory.reserve(wanted);
    },
    stock: async (skus: readonly string[]) => {
      asked.push(`stock of ${skus.join()}`);
      return memory.stock(skus);
    },
    load: async (id: string) => {
      asked.push("load");
      return memory.load(id);
    },
    save: async (...given: Parameters<typeof memory.save>) => {
      asked.push("save");
      return memory.save(...given);
    },
  };
  const backOff = async (attempt: number) => void pauses.push(attempt);
  return { asked, pauses, memory, ports: { store, backOff } };
}

const typesOf = (events: readonly { type: string }[]) => events.map(({ type }) => type);

test("stock that is there is reserved with one question, and none of a duplicate but for its record", async () => {
  const { asked, pauses, ports } = await aStore(7);
  const react = reserveStockHandler(ports, 900);
  expect(typesOf(await react(placed, context))).toEqual(["StockReserved"]);
  expect(asked).toEqual(["reserve"]);
  expect(typesOf(await react(placed, context))).toEqual(["StockReserved"]);
  expect(asked).toEqual(["reserve", "reserve", "load"]);
  expect(pauses).toEqual([]);
});

test("a shortage of one bucket is read once, recorded with one write, and waits for nothing", async () => {
  const { asked, pauses, ports } = await aStore(2);
  expect(typesOf(await reserveStockHandler(ports, 900)(placed, context))).toEqual(["StockRejected"]);
  expect(asked).toEqual(["reserve", "stock of TEA", "save"]);
  expect(pauses).toEqual([]);
});

test("only a conflict waits, longer with each attempt, and the stock is read after the first of a SKU", async () => {
  const { asked, pauses, ports } = await aStore(7, "conflict", "short", "conflict");
  expect(typesOf(await reserveStockHandler(ports, 900)(placed, context))).toEqual(["StockReserved"]);
  const look = "stock of TEA";
  expect(asked).toEqual(["reserve", look, "reserve", look, "reserve", "reserve"]);
  expect(pauses).toEqual([1, 3]);
});

test("what is contended for ever is said by its order's name", async () => {
  const { ports } = await aStore(7, ...Array.from({ length: 12 }, () => "conflict" as const));
  const contended = reserveStockHandler(ports, 900)(placed, context);
  await expect(contended).rejects.toThrow(Contended);
  await expect(contended).rejects.toThrow(`The stock of ${orderId} is contended: 12 attempts`);
});

test("a capture that needs no step says nothing where nothing is known, and is no write", async () => {
  const { asked, memory, ports } = await aStore(7);
  await reserveStockHandler(ports, 900)(placed, context);
  const captured = anEvent("PaymentCaptured", { orderId });
  const react = commitStockHandler(ports);
  expect(typesOf(await react(captured, context))).toEqual(["StockCommitted"]);
  const sold = await memory.load(orderId);
  expect(typesOf(await react(captured, context))).toEqual(["StockCommitted"]);
  expect(await memory.load(orderId)).toEqual(sold);
  expect(asked.filter((each) => each === "save")).toHaveLength(1);
});

test("a refund that brings nothing back says nothing of an order that is not known", async () => {
  const { asked, ports } = await aStore(7);
  const { restock: _, ...data } = anEvent("RefundMade").data;
  const refund = { ...anEvent("RefundMade", { orderId }), data };
  expect(await releaseStockHandler(ports)(refund, context)).toEqual([]);
  expect(asked).toEqual(["load"]);
});
