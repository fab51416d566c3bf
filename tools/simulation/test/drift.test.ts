// Recorded plans end with the same stores in the simulator and on the embedded runtime.

import { readFileSync } from "node:fs";
import { readBooks } from "@order-saga/invariants/books";
import type { GivenFault } from "@order-saga/local/faults/fault";
import { calm, type Saga, startSaga } from "@order-saga/local/testing/saga";
import type { Order } from "@order-saga/orders/order";
import {
  notificationRecord,
  orderRecord,
  paymentRecord,
  type RecordKind,
  reservationRecord,
  stockRecord,
} from "@order-saga/protocol/records";
import { afterAll, beforeAll, expect, test } from "vitest";
import { endOf, type OrderEnd, type Stores, stockEnd } from "../drift/ends.ts";
import { skusOf } from "../drift/plans.ts";
import { createCheckers } from "../src/checkers/index.ts";
import { hasVerifiedAddress } from "../src/customer-requests.ts";
import { loadFunctions } from "../src/load-functions.ts";
import { asPlan, type Plan, type PlannedOrder } from "../src/plan.ts";
import { keyOf } from "../src/plan-ids.ts";
import { simulate } from "../src/simulate.ts";

const plans = (
  JSON.parse(readFileSync(new URL("../drift/plans.json", import.meta.url), "utf8")) as unknown[]
).map(asPlan);

type Ends = { orders: Record<number, OrderEnd>; stock: (object | undefined)[] };

let saga: Saga;
let codes: Awaited<ReturnType<typeof loadFunctions>>;
const laptopEnds = new Map<number, Ends>();
beforeAll(async () => {
  codes = await loadFunctions();
  saga = await startSaga(undefined, calm);
  for (const wave of wavesOf(plans)) await runOnTheLaptop(wave);
});
afterAll(() => saga.stop());

test("at least fifty plans are recorded, most of them with a fault", () => {
  expect(plans.length).toBeGreaterThanOrEqual(50);
  expect(plans.filter(({ faults }) => faults.length > 0).length).toBeGreaterThan(plans.length / 2);
});

test.each(plans)("plan $seed ends alike in both worlds", async (plan) => {
  expect(laptopEnds.get(plan.seed)).toEqual(await inTheSimulator(plan));
});

/** Waves of concurrent plans; a function crashes in one plan of a wave at most, so it gives up no message. */
function wavesOf(given: readonly Plan[]): Plan[][] {
  const waves: Plan[][] = [];
  for (const plan of given) {
    const dying = (each: Plan) =>
      each.faults.filter(({ kind }) => kind.startsWith("crash")).map(({ at }) => at);
    const free = waves.find(
      (wave) => wave.length < 12 && !wave.flatMap(dying).some((at) => dying(plan).includes(at)),
    );
    if (free) free.push(plan);
    else waves.push([plan]);
  }
  return waves;
}

async function inTheSimulator(plan: Plan): Promise<Ends> {
  const run = await simulate(plan, { versions: { first: codes, second: codes }, checkers: createCheckers });
  expect(run.violations).toEqual([]);
  for (const { kind } of plan.faults) expect(run.met.get(kind), `${kind} was never met`).toBeGreaterThan(0);
  const { observed, orderIdOf } = run.world;
  const records = <T>(kind: RecordKind) =>
    [...observed.items(kind.service)].filter(kind.is) as unknown as T[];
  const stores: Stores = {
    orders: records(orderRecord),
    payments: records(paymentRecord),
    reservations: records(reservationRecord),
    notifications: records(notificationRecord),
    stock: records(stockRecord),
    intents: [...observed.intents.values()].flat().map(({ orderId, captured, refunded, state }) => ({
      orderId,
      captured,
      refunded,
      held: state === "held",
    })),
    mails: observed.mails,
  };
  return endsOf(plan, stores, (order) => orderIdOf(order));
}

async function runOnTheLaptop(wave: readonly Plan[]): Promise<void> {
  await Promise.all(wave.flatMap(({ products }) => products.map(openProduct)));
  saga.runtime.faults.set(wave.flatMap(({ faults }) => faults).flatMap(crashOnTheLaptop));
  const orders = wave.flatMap((plan) => plan.orders.map((order) => ({ plan, order })));
  const ids = new Map<PlannedOrder, string>();
  await Promise.all(orders.map(async ({ plan, order }) => ids.set(order, await place(plan, order))));
  await saga.idle();
  await Promise.all(orders.map(({ order }) => answerTheBank(order, ids.get(order) ?? "")));
  await saga.idle();
  await Promise.all(
    orders
      .filter(({ order }) => order.cancelAt !== undefined)
      .map(({ order }) =>
        saga.request("POST", `/orders/${ids.get(order)}/cancel`, {
          sub: order.customer,
          body: { reason: "changed my mind" },
        }),
      ),
  );
  await saga.idle();
  const stores = await storesOfTheLaptop();
  for (const plan of wave) {
    laptopEnds.set(
      plan.seed,
      endsOf(plan, stores, (order) => ids.get(order) ?? ""),
    );
  }
}

async function answerTheBank({ authentication }: PlannedOrder, orderId: string): Promise<void> {
  if (!authentication) return;
  const { status } = await saga.request("POST", `/__local/payments/${orderId}/authenticate`, {
    headers: { "x-order-saga": "test" },
    body: { outcome: authentication.answer },
  });
  expect(status).toBe(200);
}

/** In a plan a reaction's name follows its service's. */
function crashOnTheLaptop({ at, kind }: Plan["faults"][number]): GivenFault[] {
  if (kind !== "crash-before" && kind !== "crash-after") return [];
  const effect = kind === "crash-before" ? "before" : "after";
  return [{ kind: "crash", effect, reaction: at.slice(at.indexOf("-") + 1), times: 1 }];
}

async function openProduct({ sku, unitPrice, stock }: Plan["products"][number]): Promise<void> {
  await put(`/products/${sku}`, { name: sku, unitPrice, currency: "EUR" });
  await put(`/stock/${sku}`, { delta: stock }, `stock-of-${sku}`.padEnd(16, "-"));
}

async function storesOfTheLaptop(): Promise<Stores> {
  const books = await readBooks(saga.runtime);
  return {
    ...books,
    intents: books.intents.map((intent) => ({
      orderId: intent.metadata.orderId ?? "",
      captured: intent.amountReceived,
      refunded: intent.amountRefunded,
      held: intent.status === "requires_capture",
    })),
    mails: books.mails.map((mail) => {
      const [orderId = "", kind = ""] = (mail.headers["x-order-mail"] ?? "").split("/");
      return { orderId, kind };
    }),
  };
}

/** The laptop's tokens name Ada's address. */
const addressOf = ({ customer }: PlannedOrder) =>
  hasVerifiedAddress(customer) ? "ada@example.com" : "else@example.com";

async function place(plan: Plan, order: PlannedOrder): Promise<string> {
  const send = () =>
    saga.request("POST", "/orders", {
      sub: order.customer,
      headers: { "idempotency-key": `plan-${plan.seed}-${keyOf(order, plan)}` },
      body: {
        contact: { email: addressOf(order), name: "Ada" },
        currency: "EUR",
        lines: order.lines,
        paymentMethod: order.paymentMethod,
      },
    });
  const { status, body } = await send();
  expect(status).toBe(202);
  const isRepeated = plan.faults.some(
    (fault) => fault.kind === "client-retries" && fault.order === order.number,
  );
  if (isRepeated) expect((await send()).body).toEqual(body);
  return String((body as Partial<Order>).orderId);
}

async function put(path: string, body: object, key?: string): Promise<void> {
  const { status } = await saga.request("PUT", path, {
    body,
    ...(key && { headers: { "idempotency-key": key } }),
  });
  expect(status).toBe(200);
}

function endsOf(plan: Plan, stores: Stores, orderIdOf: (order: PlannedOrder) => string): Ends {
  const { plenty, none } = skusOf(plan.seed);
  return {
    orders: Object.fromEntries(plan.orders.map((order) => [order.number, endOf(stores, orderIdOf(order))])),
    stock: [stockEnd(stores, plenty), stockEnd(stores, none)],
  };
}
