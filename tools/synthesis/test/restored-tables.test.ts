// A stage whose table was restored uses the restored one, and refuses a name that cannot be meant.
import { services } from "@order-saga/services";
import { restoredTables } from "@order-saga/stacks/restored-tables";
import { expect, test } from "vitest";
import { bundlePromises } from "../src/promises/bundles.ts";
import { promises, watchedPromises } from "../src/promises/index.ts";
import { synthesize } from "../src/synthesize.ts";
import { types } from "../src/types.ts";
import { adasSettings } from "./rendered.ts";

const outline = { detail: "outline" } as const;
const setting = (service: string) => `TABLE_${service.toUpperCase()}`;

const named = Object.fromEntries(
  services.map(({ name }) => [setting(name), `order-saga-ada-${name}-restored`]),
);
const stopped = await synthesize("ada", { ...adasSettings, ...named, STOPPED: "yes" }, outline);

test("every service can be pointed at a restored table, and every promise holds while it is stopped", () => {
  // The customers' keys are never restored: who was forgotten stays so.
  const made = stopped.resources.filter(({ type }) => type === types.table);
  expect(made.map(({ id }) => id)).toEqual([expect.stringContaining("KeysTable")]);
  expect(stopped.found.map(({ id }) => id).sort()).toEqual(Object.values(named).sort());
  const told = stopped.resources
    .filter(({ type }) => type === types.function)
    .flatMap(({ inputs }) => inputs.environment?.variables?.TABLE_NAME ?? []);
  expect([...new Set(told)].sort()).toEqual(Object.values(named).sort());
  // This stage has no alarms, and was rendered without code.
  const elsewhere = [...watchedPromises, ...bundlePromises];
  const judged = promises.filter((each) => !elsewhere.includes(each));
  const broken = judged.filter(({ broken }) => broken(stopped).length > 0);
  expect(broken.map(({ says, broken }) => [says, broken(stopped)])).toEqual([]);
});

test("a stopped stage takes no order and no refund, and runs no reaction and no schedule; the other routes go on", () => {
  const of = (type: string) => stopped.resources.filter((each) => each.type === type);
  expect(of(types.mapping).filter(({ inputs }) => inputs.enabled !== false)).toEqual([]);
  expect(of(types.schedule).filter(({ inputs }) => inputs.state !== "DISABLED")).toEqual([]);
  const saying = services.flatMap(({ routes }) => routes).filter(({ says }) => says.length > 0);
  const [{ inputs = {} } = {}] = of(types.apiStage);
  const refused = (inputs.routeSettings as { routeKey: string; throttlingRateLimit: number }[]).filter(
    ({ throttlingRateLimit }) => throttlingRateLimit === 0,
  );
  expect(refused.map(({ routeKey }) => routeKey).sort()).toEqual(
    [...saying.map(({ method, path }) => `${method} ${path}`), "POST /orders/{orderId}/refunds"].sort(),
  );
});

test.each([
  ["of another stage", { TABLE_ORDERS: "order-saga-production-orders-restored" }],
  ["of another service", { TABLE_ORDERS: "order-saga-ada-payment-restored" }],
  ["of two services", { TABLE_ORDERS: "order-saga-ada-orders-inventory" }],
  ["with a space", { TABLE_PAYMENT: "order-saga-ada-payment restored" }],
  [
    "that is an ARN",
    { TABLE_PAYMENT: "arn:aws:dynamodb:eu-west-1:123456789012:table/order-saga-ada-payment" },
  ],
  ["of a service that is not there", { TABLE_ORDER: "order-saga-ada-orders-restored" }],
])("a table %s is refused, with the setting's name", (_, table) => {
  const [name = ""] = Object.keys(table);
  expect(() => restoredTables(table, "order-saga-ada-")).toThrow(name);
});
