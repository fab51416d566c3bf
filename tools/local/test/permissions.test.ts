// Without a grant a function fails on the laptop as it would in AWS, by the fast path and over the wire.

import { listOf } from "@order-saga/iam/patterns";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Runtime, startRuntime } from "../src/runtime.ts";
import { type Saga, sagaOf } from "../src/testing/saga.ts";

const start = (wire: boolean) =>
  sagaOf((listeners) => startRuntime({ port: 0, awsPort: 0, data: undefined, wire }, listeners));

function revoke({ runtime: { roles } }: Saga<Runtime>, key: string, action: string): void {
  const role = roles.get(key);
  if (!role) throw new TypeError(`${key} has no role.`);
  const Statement = role.policy.Statement.map((each) => ({
    ...each,
    Action: listOf(each.Action).filter((granted) => granted !== action),
  }));
  roles.set(key, { ...role, policy: { ...role.policy, Statement } });
}

const patience = { timeout: 20_000 };

describe.each([false, true])("over the wire: %s", (wire) => {
  let saga: Saga<Runtime>;
  const denials: string[] = [];
  beforeAll(async () => {
    saga = await start(wire);
    saga.runtime.observe({ callJudged: ({ denial }) => denial && denials.push(denial.message) });
  });
  afterAll(() => saga.stop());
  const refused = (words: string) => expect.poll(() => denials.join(), patience).toContain(words);

  test("a reaction that may not publish fails, and its line says what is missing", async () => {
    revoke(saga, "payment-authorize-payment", "events:PutEvents");
    await saga.place();
    await refused("is not authorized to perform: events:PutEvents on resource: arn:aws:events:");
    await expect.poll(() => saga.logs.join(), patience).toMatch(/authorize-payment.*AccessDeniedException/);
  });

  test("a mail without its grant is refused in SES's words", async () => {
    revoke(saga, "notification-notify-customer", "ses:SendRawEmail");
    await saga.place();
    await refused("is not authorized to perform `ses:SendRawEmail' on resource");
  });

  test("a queue that the function's role may not receive from is not polled", async () => {
    const queue = "inventory-commit-stock";
    revoke(saga, queue, "sqs:ReceiveMessage");
    const mapping = saga.runtime.mappings.get(queue);
    await mapping?.disable();
    mapping?.enable();
    await expect.poll(() => saga.warnings.join(), patience).toMatch(/commit-stock: .*sqs:receivemessage/i);
  });

  test("a route that may not write answers that it failed", async () => {
    revoke(saga, "orders-place-order", "dynamodb:PutItem");
    await expect(saga.place()).rejects.toThrow(/POST \/orders: 5\d\d/);
  });
});
