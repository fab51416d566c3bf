// Dead letters on the laptop: the contract's verdict, the dry run, the redrive.
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { LaptopSaga } from "@order-saga/cli/testing/laptop";
import { expect, onTestFinished, test } from "vitest";
import type { DeadLetter, DryRun, OrderDetail, RedriveResult, Snapshot } from "../src/console-api.ts";
import { type consoleOf, withConsole } from "./console-client.ts";

let saga: LaptopSaga;
let page: ReturnType<typeof consoleOf>;
withConsole((...begun) => {
  [saga, page] = begun;
});

const RESERVE = "inventory-reserve-stock";
const COMMIT = "inventory-commit-stock";
const letters = async (queue: string) => (await page.read<DeadLetter[]>(`dead-letters?queue=${queue}`)).body;
const groups = async () => (await page.read<Snapshot>("snapshot")).body.deadLetters;
const detailOf = async (orderId: string) => (await page.read<OrderDetail>(`orders/${orderId}`)).body;
const dryRun = (queue: string, ...messageIds: string[]) =>
  page.act<DryRun[]>("dead-letters/dry-run", { queue, messageIds });
const redrive = (body: object) => page.act<RedriveResult>("dead-letters/redrive", body);

/** An order that is paid, and whose stock could not be sold as often as that was tried. */
async function exhausted(): Promise<string> {
  saga.runtime.faults.set([{ kind: "fail", reaction: "commit-stock" }], 1);
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentCaptured");
  await saga.idle();
  saga.runtime.faults.remove();
  return orderId;
}

async function send(queue: string, body: string): Promise<void> {
  const QueueUrl = saga.runtime.queueUrls.get(queue);
  await saga.runtime.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
}

test("a message that failed too often: why, where, and what ends it; it would settle, is sent back, and settles", async () => {
  const orderId = await exhausted();
  const [letter] = await letters(`${COMMIT}-dlq`);
  expect(letter).toMatchObject({
    orderId,
    eventType: "PaymentCaptured",
    cause: "exhausted",
    attempts: 5,
    verdict: { isValid: true },
    groupKey: `${COMMIT}-dlq/exhausted`,
  });
  expect(JSON.stringify(letter)).not.toContain("ada@");
  expect(await groups()).toMatchObject([
    {
      key: `${COMMIT}-dlq/exhausted`,
      count: 1,
      orderIds: [orderId],
      failedAgain: false,
      act: expect.stringContaining("redrive"),
    },
  ]);
  const stuck = await detailOf(orderId);
  expect(stuck.summary).toMatchObject({ isStuck: true, deadLetters: 1 });
  expect(stuck.why.words).toContain("commit-stock gave up on PaymentCaptured after 5 attempts");
  const marks = stuck.moments.filter((each) => "reaction" in each && each.reaction === "commit-stock");
  expect(marks.map((each) => (each.kind === "attempt" ? each.attempt : each.kind))).toEqual([
    "delivered",
    1,
    2,
    3,
    4,
    5,
    "dead-letter",
  ]);

  const before = saga.runtime.aws.payments.intents();
  const tried = await dryRun(`${COMMIT}-dlq`, letter?.messageId ?? "");
  expect(tried.body).toMatchObject([{ verdict: "would settle", says: ["StockCommitted"] }]);
  expect(tried.body[0]?.changes).toEqual(
    expect.arrayContaining([
      "reservation: state RESERVED → COMMITTED",
      "reservation: records StockCommitted",
    ]),
  );
  expect(saga.runtime.aws.payments.intents()).toEqual(before);
  expect(await letters(`${COMMIT}-dlq`)).toHaveLength(1);

  const { body, status } = await redrive({ queue: `${COMMIT}-dlq`, messageIds: [letter?.messageId] });
  expect([status, body]).toEqual([200, { redriven: 1, settled: 1, failedAgain: 0, left: 0, stopped: false }]);
  await saga.idle();
  const done = await detailOf(orderId);
  expect(done.summary).toMatchObject({ status: "CONFIRMED", isStuck: false, deadLetters: 0 });
  expect(done.moments.filter(({ kind }) => kind === "redrive")).toMatchObject([{ who: "ada" }]);
  const own = saga.runtime.aws.payments.intents().filter(({ metadata }) => metadata.orderId === orderId);
  expect(own.map(({ captures }) => captures)).toEqual([1]);
  expect((await page.read<Snapshot>("snapshot")).body.acts.at(-1)).toMatchObject({
    who: "ada",
    act: "redrive",
    outcome: "1 redriven, 1 settled, 0 left",
  });
});

test("a message whose work was done since has no effect", async () => {
  const orderId = await saga.place();
  await saga.settled(orderId);
  await saga.idle();
  const placed = saga.eventsOf(orderId).find(({ type }) => type === "OrderPlaced");
  const body = JSON.stringify({ source: "shop.orders", "detail-type": "OrderPlaced", detail: placed });
  for (const queue of [RESERVE, "payment-authorize-payment", "notification-notify-customer"]) {
    await send(`${queue}-dlq`, body);
    const [letter] = await letters(`${queue}-dlq`);
    const { body: tried } = await dryRun(`${queue}-dlq`, letter?.messageId ?? "");
    expect([queue, tried[0]?.verdict, tried[0]?.changes]).toEqual([queue, "no effect", []]);
    await redrive({ queue: `${queue}-dlq` });
  }
  await saga.idle();
  expect((await detailOf(orderId)).mails).toHaveLength(2);
});

test("a message that breaks its contract: the verdict points at the field, it fails again, and comes back", async () => {
  const orderId = `ord_${"7".repeat(32)}`;
  const detail = { id: "no uuid", type: "OrderPlaced", version: 1, orderId, data: {} };
  const body = JSON.stringify({ source: "shop.orders", "detail-type": "OrderPlaced", detail });
  await send(RESERVE, body);
  await send(RESERVE, "nobody@example.com can read this");
  await saga.idle();
  const lying = await letters(`${RESERVE}-dlq`);
  expect(lying.map(({ cause, verdict }) => [cause, verdict.isValid ? "" : verdict.pointer])).toEqual([
    ["ContractViolation", "/detail/id"],
    ["MalformedMessage", ""],
  ]);
  expect(JSON.stringify(lying)).not.toContain("nobody@example.com");
  const tried = await dryRun(`${RESERVE}-dlq`, ...lying.map(({ messageId }) => messageId));
  expect(tried.body.map(({ verdict }) => verdict)).toEqual(["fails again", "fails again"]);
  expect(tried.body[0]?.words).toContain("ContractViolation");

  const key = `${RESERVE}-dlq/MalformedMessage`;
  const { body: result } = await redrive({ queue: `${RESERVE}-dlq`, groupKey: key });
  expect(result).toEqual({ redriven: 1, settled: 0, failedAgain: 1, left: 2, stopped: true });
  expect((await groups()).map((group) => [group.key, group.count, group.failedAgain])).toEqual(
    expect.arrayContaining([
      [`${RESERVE}-dlq/ContractViolation`, 1, false],
      [key, 1, true],
    ]),
  );
  // The other group was not touched: its message has the id it had.
  const ids = (await letters(`${RESERVE}-dlq`)).map(({ messageId }) => messageId);
  expect(ids).toContain(lying[0]?.messageId);
  expect(ids).not.toContain(lying[1]?.messageId);
  expect(
    saga.runtime.aws.queues
      .messages(`${RESERVE}-dlq`)
      .map((each) => each.body)
      .sort(),
  ).toEqual([body, "nobody@example.com can read this"].sort());
});

test("a redrive of all stops at the first that fails, unless it is told to go on", async () => {
  const { aws } = saga.runtime;
  for (let count = 0; count < 3; count++) await send(`${RESERVE}-dlq`, `poison ${count}`);
  const count = aws.queues.count(`${RESERVE}-dlq`).ready;
  const stopped = await redrive({ queue: `${RESERVE}-dlq`, rate: 500 });
  expect(stopped.body).toMatchObject({ redriven: 1, failedAgain: 1, stopped: true });
  expect(aws.queues.count(`${RESERVE}-dlq`)).toEqual({ ready: count, delayed: 0, inFlight: 0 });
  const all = await redrive({ queue: `${RESERVE}-dlq`, stopOnFailure: false });
  expect(all.body).toMatchObject({ redriven: count, stopped: false });
  await saga.idle();
  expect(aws.queues.count(`${RESERVE}-dlq`).ready).toBe(count);
});

test("what a fault does to a message it does to its copy, and the fault's count stays", async () => {
  const orderId = await exhausted();
  saga.runtime.faults.set([{ kind: "fail", reaction: "commit-stock" }], 1);
  const letter = (await letters(`${COMMIT}-dlq`)).find((each) => each.orderId === orderId);
  const { body } = await dryRun(`${COMMIT}-dlq`, letter?.messageId ?? "");
  expect(body).toMatchObject([
    { verdict: "fails again", words: expect.stringContaining("The fault “fail” is on") },
  ]);
  expect(saga.runtime.faults.list()).toMatchObject([{ hits: 0 }]);
  const { body: result } = await redrive({ queue: `${COMMIT}-dlq`, messageIds: [letter?.messageId] });
  expect(result).toMatchObject({ redriven: 1, failedAgain: 1, stopped: true });
  await saga.idle();
  const again = (await letters(`${COMMIT}-dlq`)).filter((each) => each.orderId === orderId);
  // The sweep asks for an order that does not end, so more than one message may be there by now.
  expect(new Set(again.map(({ cause }) => cause))).toEqual(new Set(["exhausted"]));
  expect((await groups()).find(({ cause }) => cause === "exhausted")).toMatchObject({ failedAgain: true });
  saga.runtime.faults.remove();
  await redrive({ queue: `${COMMIT}-dlq`, messageIds: again.map(({ messageId }) => messageId) });
  await saga.idle();
  expect((await detailOf(orderId)).summary).toMatchObject({ status: "CONFIRMED", deadLetters: 0 });
});

test("payment is tried on a copy of the provider: nothing is captured by it", async () => {
  const queue = "payment-capture-payment";
  const mapping = saga.runtime.mappings.get(queue);
  await mapping?.disable();
  onTestFinished(() => mapping?.enable());
  const orderId = await saga.place();
  const reserved = await saga.until(orderId, "StockReserved");
  await saga.until(orderId, "PaymentAuthorized");
  await send(
    `${queue}-dlq`,
    JSON.stringify({ source: "shop.inventory", "detail-type": reserved.type, detail: reserved }),
  );
  const [letter] = await letters(`${queue}-dlq`);
  const { body } = await dryRun(`${queue}-dlq`, letter?.messageId ?? "");
  expect(body).toMatchObject([
    { verdict: "would settle", says: expect.arrayContaining(["PaymentCaptured"]) },
  ]);
  expect(body[0]?.changes).toEqual(
    expect.arrayContaining([
      "payment: decision – → CAPTURE",
      "payment: settlement – → CAPTURED",
      "provider: requires_capture → succeeded",
    ]),
  );
  const intent = saga.runtime.aws.payments.intents().find(({ metadata }) => metadata.orderId === orderId);
  expect(intent).toMatchObject({ status: "requires_capture", captures: 0 });
  mapping?.enable();
  await redrive({ queue: `${queue}-dlq` });
  await saga.idle();
  expect((await detailOf(orderId)).summary.status).toBe("CONFIRMED");
});

test("an event that never reached its queue goes to it, without the bus's remarks", async () => {
  const undelivered = `${RESERVE}-undelivered`;
  const mapping = saga.runtime.mappings.get(RESERVE);
  await mapping?.disable();
  onTestFinished(() => mapping?.enable());
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentAuthorized");
  const { aws, clients, queueUrls } = saga.runtime;
  // As the bus leaves it after a day of trying.
  const [message] = aws.queues.messages(RESERVE);
  await clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrls.get(undelivered),
      MessageBody: message?.body,
      MessageAttributes: {
        RULE_ARN: { DataType: "String", StringValue: "arn:aws:events:eu-west-1:000000000000:rule/x" },
        ERROR_CODE: { DataType: "String", StringValue: "NO_PERMISSIONS" },
      },
    }),
  );
  const [letter] = await letters(undelivered);
  expect(letter).toMatchObject({
    cause: "NO_PERMISSIONS",
    groupKey: `${undelivered}/NO_PERMISSIONS`,
    orderId,
  });
  const redriving = redrive({ queue: undelivered });
  await expect
    .poll(() => aws.queues.count(undelivered).ready + aws.queues.count(undelivered).inFlight)
    .toBe(0);
  expect(aws.queues.messages(RESERVE).map(({ attributes }) => attributes)).toEqual([{}, {}]);
  mapping?.enable();
  expect((await redriving).body).toMatchObject({ redriven: 1, settled: 1, left: 0 });
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
});

test("what is gone, busy or no dead-letter queue is refused in words", async () => {
  expect(await redrive({ queue: RESERVE })).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining("no dead-letter queue") },
  });
  expect(await dryRun(`${RESERVE}-dlq`, "gone")).toMatchObject({ status: 409 });
  expect((await redrive({ queue: `${RESERVE}-dlq`, rate: 0 })).status).toBe(400);
  expect((await redrive({})).status).toBe(400);
});
