// A provider and a mail service that take only so much a second: every order ends, and nothing is lost.
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { expect, onTestFinished, test } from "vitest";
import { recover } from "../src/testing/recover.ts";
import { startSaga } from "../src/testing/saga.ts";

test("what is beyond a limit is refused, waits for its turn, and is done", async () => {
  const saga = await startSaga();
  onTestFinished(() => saga.stop());
  const { aws, faults } = saga.runtime;
  faults.set([
    { kind: "limit", of: "provider", perSecond: 2 },
    { kind: "limit", of: "mail", perSecond: 2 },
  ]);
  const orderIds = await Promise.all(Array.from({ length: 5 }, () => saga.place()));
  for (const orderId of orderIds) expect(await saga.settled(orderId, 60_000)).toBe("CONFIRMED");
  expect(faults.list().every(({ hits }) => hits > 0)).toBe(true);
  faults.remove();
  await recover(saga);
  expect(aws.payments.intents().map(({ captures, status }) => [captures, status])).toEqual(
    orderIds.map(() => [1, "succeeded"]),
  );
  expect(violationsAtRest(await readBooks(saga.runtime), saga.runtime.witness.seen())).toEqual([]);
}, 120_000);
