// A stage's customer is forgotten and handed out over the stage's own tables, whichever names they have.
import { services } from "@order-saga/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import { provisionTable } from "../provision.ts";
import { type Saga, startSaga } from "../testing/saga.ts";
import { atStage } from "./stage.ts";

let saga: Saga;
beforeAll(async () => {
  saga = await startSaga();
  const tables = [
    ...services.map(({ name, table }) => [name, table] as const),
    ["Keys", { indexes: {} }] as const,
  ];
  for (const [name, table] of tables)
    await provisionTable({ name: `order-saga-ada-${name}Table-abc`, table }, saga.runtime.clients.dynamodb);
});
afterAll(() => saga.stop());

test("a customer who never ordered is forgotten all the same, and an audit line does not name them", async () => {
  const { dynamodb } = saga.runtime.clients;
  const line = await atStage("ada", "forget", "eve@example.com", dynamodb);
  expect(line).toMatchObject({ hadKey: false });
  expect(JSON.stringify(line)).not.toContain("eve");
  expect(await atStage("ada", "export", "eve@example.com", dynamodb)).toMatchObject({
    orders: [],
    isReadable: false,
  });
});

test("a stage without tables is named", async () => {
  const { dynamodb } = saga.runtime.clients;
  await expect(atStage("nowhere", "forget", "ada", dynamodb)).rejects.toThrow("nowhere has no table of keys");
});
