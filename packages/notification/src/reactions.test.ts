// notify-customer through its real edge, over the stores and mailers in memory.
import { anEvent, testContext, testNow, testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { sentAgain } from "./notification.ts";
import type { NotificationStore } from "./ports.ts";
import { MailNotSent, MailRefused } from "./ports.ts";
import { createMemoryStore } from "./store/memory.ts";
import { ada, adasContacts, aService, claimLife } from "./testing.ts";

const placed = anEvent("OrderPlaced");
const confirmed = anEvent("OrderConfirmed");
const rejected = anEvent("OrderRejected");
const cancelled = anEvent("OrderCancelled");

test("an order that goes well gets two mails to its contact", async () => {
  const service = aService();
  expect(await service.deliver(placed)).toEqual([]);
  expect(await service.deliver(confirmed)).toEqual([]);
  expect(service.kinds()).toEqual(["received", "confirmed"]);
  expect(service.mailer.sent.map((mail) => mail.to.email)).toEqual(["ada@example.com", "ada@example.com"]);
  expect(await service.mails()).toEqual({ received: "SENT", confirmed: "SENT" });
});

test("an order that is new is not looked for before it is written, and one that is not is read after all", async () => {
  const memory = createMemoryStore();
  let reads = 0;
  const load: typeof memory.load = (orderId) => {
    reads++;
    return memory.load(orderId);
  };
  const service = aService({ store: { ...memory, load } });
  await service.deliver(placed);
  expect(reads).toBe(0);
  expect(service.kinds()).toEqual(["received"]);
  expect(await service.deliver(placed)).toEqual([]);
  expect(reads).toBe(1);
  expect(service.kinds()).toEqual(["received"]);
  const bulk = anEvent("BulkPlaced");
  await service.deliver(bulk);
  expect(reads).toBe(1);
  expect(await memory.load(bulk.bulkId)).toMatchObject({ version: 1, mails: {} });
});

test("cancelled before placed waits in the record, and is sent after received", async () => {
  const service = aService();
  expect(await service.deliver(cancelled)).toEqual([]);
  expect(service.kinds()).toEqual([]);
  await service.deliver(placed);
  expect(service.kinds()).toEqual(["received", "cancelled"]);
});

test("a customer who was forgotten gets no mail, at once and for a reason, and nothing is parked", async () => {
  const service = aService({ contacts: { ...adasContacts, contactOf: async () => undefined } });
  expect(await service.deliver(placed, confirmed)).toEqual([]);
  expect(service.kinds()).toEqual([]);
  const record = await service.store.load(testOrderId);
  for (const kind of ["received", "confirmed"] as const)
    expect(record?.mails[kind]).toMatchObject({ state: "REFUSED", reason: "forgotten" });
  expect(service.parked).toEqual([]);
  expect(service.lines.join()).not.toContain('"error"');
});

test("a mail beyond its customer's quota is not sent, says why, and is sent when an operator says so", async () => {
  const service = aService({ mailsPerHour: 1 });
  expect(await service.deliver(placed, confirmed)).toEqual([]);
  expect(service.kinds()).toEqual(["received"]);
  const record = await service.store.load(testOrderId);
  expect(record?.mails.confirmed).toMatchObject({ state: "REFUSED", reason: "quota_exceeded" });
  expect(service.parked).toEqual([]);
  expect(service.lines.join()).not.toContain('"error"');
  service.clock.now += 2 * 3600_000;
  if (record) await service.store.save(sentAgain(record, "confirmed", service.clock.now));
  expect(await service.deliver(confirmed)).toEqual([]);
  expect(service.kinds()).toEqual(["received", "confirmed"]);
});

test("a mail that was not sent takes no place of the quota, and is sent by the next delivery", async () => {
  const service = aService({ mailsPerHour: 1 });
  service.mailer.before = () => {
    throw new MailNotSent("ECONNREFUSED");
  };
  for (let n = 0; n < 3; n++) expect(await service.deliver(placed)).toHaveLength(1);
  service.mailer.before = () => {};
  expect(await service.deliver(placed)).toEqual([]);
  expect(await service.deliver(confirmed)).toEqual([]);
  expect(service.kinds()).toEqual(["received"]);
});

test("while the keys cannot be read a mail stays due, and is sent by the next delivery", async () => {
  let isDown = true;
  const contactOf = async () => {
    if (isDown) throw new Error("ada@example.com could not be opened");
    return { contact: ada };
  };
  const service = aService({ contacts: { ...adasContacts, contactOf } });
  expect(await service.deliver(placed)).toHaveLength(1);
  expect(await service.mails()).toEqual({ received: "DUE" });
  expect(service.lines.join()).not.toContain("ada@");
  isDown = false;
  expect(await service.deliver(placed)).toEqual([]);
  expect(await service.mails()).toEqual({ received: "SENT" });
});

test("a contact that an earlier release said in the clear is written to without a key", async () => {
  const { personal: _, ...data } = placed.data;
  const contactOf = async () => expect.unreachable("nothing is sealed");
  const service = aService({ contacts: { ...adasContacts, contactOf } });
  await service.deliver({ ...placed, data: { ...data, contact: { email: "old@example.com" } } });
  expect(service.mailer.sent.map(({ to }) => to)).toEqual([{ email: "old@example.com" }]);
});

test("a duplicate of anything sends nothing", async () => {
  const service = aService();
  await service.deliver(placed);
  await service.deliver(rejected);
  const record = await service.store.load(testOrderId);
  for (const again of [placed, rejected]) expect(await service.deliver(again)).toEqual([]);
  expect(service.kinds()).toEqual(["received", "rejected"]);
  expect(await service.store.load(testOrderId)).toEqual(record);
});

test("the same order twice in a batch: one copy sends, the other comes again and finds it sent", async () => {
  const service = aService();
  const failed = await service.deliver(placed, placed);
  expect(failed).toHaveLength(1);
  expect(service.kinds()).toEqual(["received"]);
  expect(await service.deliver(placed)).toEqual([]);
  expect(service.kinds()).toEqual(["received"]);
});

test("placed and its outcome in one batch: one of them sends both, in order, and none is redelivered", async () => {
  const service = aService();
  expect(await service.deliver(confirmed, placed)).toEqual([]);
  expect(service.kinds()).toEqual(["received", "confirmed"]);
});

test("an outcome that arrives while received is being sent is sent by the delivery that holds the claim", async () => {
  const service = aService();
  const sending = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  service.mailer.before = (mail) => {
    if (mail.kind !== "received") return;
    begun.resolve();
    return sending.promise;
  };
  const first = service.deliver(placed);
  await begun.promise;
  expect(await service.deliver(confirmed)).toEqual([]);
  expect(service.kinds()).toEqual([]);
  // The outcome's own redelivery has no news and must not be acknowledged while it is still unsent.
  expect(await service.deliver(confirmed)).toEqual(["message-1"]);
  sending.resolve();
  expect(await first).toEqual([]);
  expect(service.kinds()).toEqual(["received", "confirmed"]);
});

test("a crash after the claim: redelivered while young, UNKNOWN and never sent again once old", async () => {
  const service = aService();
  service.mailer.before = () => {
    throw new Error("the process died");
  };
  expect(await service.deliver(placed)).toEqual(["message-1"]);
  service.mailer.before = () => {};
  service.clock.now += claimLife - 1;
  expect(await service.deliver(placed)).toEqual(["message-1"]);
  expect(await service.mails()).toEqual({ received: "CLAIMED" });
  service.clock.now += 1;
  expect(await service.deliver(placed)).toEqual([]);
  expect(await service.mails()).toEqual({ received: "UNKNOWN" });
  expect(service.kinds()).toEqual([]);
  const errors = service.lines.map((line) => JSON.parse(line)).filter((line) => line.level === "error");
  expect(errors).toMatchObject([{ message: "mail outcome unknown", mail: "received", orderId: testOrderId }]);
});

/** A store in which the answer to a write waits for the test. */
function aSlowStore() {
  const store = createMemoryStore();
  const held: { release: () => void; begun: PromiseWithResolvers<void> }[] = [];
  let isHolding = false;
  return {
    held,
    holdNext() {
      isHolding = true;
      const begun = Promise.withResolvers<void>();
      held.push({ release: () => {}, begun });
      return begun.promise;
    },
    store: {
      load: store.load,
      async save(notification: Parameters<NotificationStore["save"]>[0]) {
        const saved = await store.save(notification);
        const hold = held.at(-1);
        if (!isHolding || !hold) return saved;
        isHolding = false;
        const { promise, resolve } = Promise.withResolvers<void>();
        hold.release = resolve;
        hold.begun.resolve();
        await promise;
        return saved;
      },
    },
  };
}

test("a delivery held up for longer than its function may run sends nothing, though it holds the claim", async () => {
  const slow = aSlowStore();
  const service = aService({ store: slow.store });
  await service.deliver(placed);
  const begun = slow.holdNext();
  const late = service.deliver(confirmed);
  await begun;
  service.clock.now += claimLife;
  expect(await service.deliver(cancelled)).toEqual([]);
  expect(await service.mails()).toEqual({ received: "SENT", confirmed: "UNKNOWN", cancelled: "SENT" });
  slow.held[0]?.release();
  expect(await late).toEqual(["message-1"]);
  expect(service.kinds()).toEqual(["received", "cancelled"]);
  expect(await service.mails()).toEqual({ received: "SENT", confirmed: "SUPERSEDED", cancelled: "SENT" });
});

test("a delivery that was held up gives its claim back, and the next delivery sends", async () => {
  const slow = aSlowStore();
  const service = aService({ store: slow.store });
  const begun = slow.holdNext();
  const late = service.deliver(placed);
  await begun;
  service.clock.now += claimLife / 2;
  slow.held[0]?.release();
  expect(await late).toEqual(["message-1"]);
  expect(await service.mails()).toEqual({ received: "DUE" });
  expect(await service.deliver(placed)).toEqual([]);
  expect(service.kinds()).toEqual(["received"]);
});

test("a delivery that is held up while it opens the contact sends nothing either", async () => {
  let seconds = claimLife / 2;
  const contactOf = async () => {
    service.clock.now += seconds;
    seconds = 0;
    return { contact: ada };
  };
  const service = aService({ contacts: { ...adasContacts, contactOf } });
  expect(await service.deliver(placed)).toEqual(["message-1"]);
  expect(service.kinds()).toEqual([]);
  expect(await service.deliver(placed)).toEqual([]);
  expect(service.kinds()).toEqual(["received"]);
});

test("a delivery that was held up a little sends all the same", async () => {
  const slow = aSlowStore();
  const service = aService({ store: slow.store });
  const begun = slow.holdNext();
  const late = service.deliver(placed);
  await begun;
  service.clock.now += claimLife / 2 - 1;
  slow.held[0]?.release();
  expect(await late).toEqual([]);
  expect(service.kinds()).toEqual(["received"]);
});

test("not sent: the claim is given back and the next delivery sends", async () => {
  const service = aService();
  service.mailer.before = () => {
    throw new MailNotSent("ECONNREFUSED");
  };
  expect(await service.deliver(placed)).toEqual(["message-1"]);
  expect(await service.mails()).toEqual({ received: "DUE" });
  service.mailer.before = () => {};
  expect(await service.deliver(placed)).toEqual([]);
  expect(service.kinds()).toEqual(["received"]);
});

test("a mail that the limit has no turn for comes again later, and its delivery has not failed", async () => {
  const service = aService();
  service.mailer.before = () => {
    throw new MailNotSent("limit", 37);
  };
  service.clock.now += 13_000;
  expect(await service.deliver(placed)).toEqual([]);
  expect(await service.mails()).toEqual({ received: "DUE" });
  expect(service.putOff).toMatchObject([{ delaySeconds: 37 }]);
  expect(service.lines.join("\n")).toContain("put off");
  service.mailer.before = () => {};
  expect(await service.deliver(...service.putOff.map(({ body }) => body))).toEqual([]);
  expect(service.kinds()).toEqual(["received"]);
  expect(service.lines.join("\n")).not.toContain("@");
});

const expired = anEvent("OrderRejected", { data: { reason: "expired" } });

test("what an outage left behind gives way while mails wait for their turn, and is sent for all that", async () => {
  const service = aService();
  service.mailer.isBusy = () => true;
  service.clock.now = Date.parse(placed.data.decideBy);
  expect(await service.deliver(placed)).toEqual([]);
  expect(await service.deliver(expired)).toEqual([]);
  expect(service.kinds()).toEqual([]);
  expect(await service.mails()).toEqual({ received: "SUPERSEDED" });
  expect(service.putOff).toHaveLength(1);
  for (const { delaySeconds } of service.putOff) {
    expect(delaySeconds).toBeGreaterThanOrEqual(120);
    expect(delaySeconds).toBeLessThan(600);
  }
  service.mailer.isBusy = () => false;
  for (const { body } of service.putOff) expect(await service.deliver(body)).toEqual([]);
  expect(service.kinds()).toEqual(["rejected"]);
  // Nothing was mailed to wait from.
  expect(service.lines.join("\n")).not.toContain("durationMilliseconds");
});

test("what is fresh waits for its turn, and what gave way for a day does so too", async () => {
  const service = aService();
  service.mailer.isBusy = () => true;
  expect(await service.deliver(placed)).toEqual([]);
  service.clock.now += 24 * 3600_000;
  expect(await service.deliver(expired)).toEqual([]);
  expect(service.kinds()).toEqual(["received", "rejected"]);
  expect(service.putOff).toEqual([]);
});

test("a mail that the limit had no turn for in two days is a failed delivery, and becomes a dead letter", async () => {
  const service = aService();
  service.mailer.before = () => {
    throw new MailNotSent("limit", 900);
  };
  expect(await service.deliver(placed)).toEqual([]);
  service.clock.now += 2 * 24 * 3600_000;
  expect(await service.deliver(placed)).toEqual([]);
  expect(service.putOff).toHaveLength(2);
  service.clock.now += 1;
  expect(await service.deliver(placed)).toEqual(["message-1"]);
  expect(service.putOff).toHaveLength(2);
});

test("a customer who is asked is written to two minutes later, unless the order has ended by then", async () => {
  const asked = anEvent("PaymentActionRequired");
  for (const end of [undefined, confirmed]) {
    const service = aService();
    await service.deliver(placed);
    service.clock.now += 1500;
    expect(await service.deliver(asked)).toEqual([]);
    expect(service.putOff).toMatchObject([{ delaySeconds: 119 }]);
    expect(service.kinds()).toEqual(["received"]);
    if (end) await service.deliver(end);
    service.clock.now += 119_000;
    expect(await service.deliver(...service.putOff.map(({ body }) => body))).toEqual([]);
    expect(service.kinds()).toEqual(["received", end ? "confirmed" : "action"]);
    expect(service.putOff).toHaveLength(1);
    expect(service.lines.join("\n")).not.toContain("@");
  }
});

test("each refund is mailed once, however often it is heard", async () => {
  const service = aService();
  const refund = (refundId: string, amount: number) => anEvent("RefundMade", { data: { refundId, amount } });
  for (const event of [placed, confirmed, refund("rf_1", 333), refund("rf_2", 7), refund("rf_1", 333)])
    expect(await service.deliver(event)).toEqual([]);
  expect(service.kinds()).toEqual(["received", "confirmed", "refund:rf_1", "refund:rf_2"]);
  expect(service.mailer.sent.slice(2).map(({ subject }) => subject)).toEqual([
    "We have refunded €3.33",
    "We have refunded €0.07",
  ]);
});

test("a mail may wait for its turn as long as the invocation still has time for its answer", async () => {
  const untils: number[] = [];
  const service = aService();
  const { send } = service.mailer;
  service.mailer.send = (mail, until) => {
    untils.push(until);
    return send(mail, until);
  };
  await service.deliver(placed);
  expect(untils).toEqual([testNow + testContext.getRemainingTimeInMillis() - 12_000]);
});

test("refused for good: the reason is in the record, the message is done, the address in no log line", async () => {
  const service = aService();
  service.mailer.before = () => {
    throw new MailRefused("MessageRejected");
  };
  expect(await service.deliver(placed)).toEqual([]);
  const record = await service.store.load(testOrderId);
  expect(record?.mails.received).toMatchObject({ state: "REFUSED", reason: "MessageRejected" });
  expect(service.lines.join("\n")).not.toContain("@");
  expect(service.lines.join("\n")).toContain("MessageRejected");
});

test("a cancel while confirmed is on its way waits for it, and goes out after it", async () => {
  const service = aService();
  await service.deliver(placed);
  const sending = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  service.mailer.before = (mail) => {
    if (mail.kind !== "confirmed") return;
    begun.resolve();
    return sending.promise;
  };
  const first = service.deliver(confirmed);
  await begun.promise;
  await service.deliver(cancelled);
  sending.resolve();
  await first;
  expect(service.kinds()).toEqual(["received", "confirmed", "cancelled"]);
});

test("confirmed after cancelled is superseded", async () => {
  const service = aService();
  await service.deliver(placed);
  await service.deliver(cancelled);
  await service.deliver(confirmed);
  expect(service.kinds()).toEqual(["received", "cancelled"]);
  expect(await service.mails()).toMatchObject({ confirmed: "SUPERSEDED" });
});

test("two executions for the same OrderPlaced send one mail", async () => {
  const store = createMemoryStore();
  const [one, two] = [aService({ store }), aService({ store })];
  await Promise.all([one.deliver(placed), two.deliver(placed)]);
  expect([...one.kinds(), ...two.kinds()]).toEqual(["received"]);
});

test("a write whose answer was lost does not lose the mail", async () => {
  const memory = createMemoryStore();
  let lost = 1;
  const store: NotificationStore = {
    load: memory.load,
    // The SDK retried after a lost answer, and met its own write.
    save: async (record) => {
      const result = await memory.save(record);
      return lost-- > 0 ? "lost" : result;
    },
  };
  const service = aService({ store });
  expect(await service.deliver(placed)).toEqual([]);
  expect(service.kinds()).toEqual(["received"]);
});

test("a store that always loses the race gives up and leaves the message to redelivery", async () => {
  const service = aService({ store: { load: async () => undefined, save: async () => "lost" } });
  expect(await service.deliver(placed)).toEqual(["message-1"]);
  expect(service.kinds()).toEqual([]);
});

test("an order both rejected and confirmed is parked, and mails nothing more", async () => {
  const service = aService();
  await service.deliver(placed);
  await service.deliver(confirmed);
  expect(await service.deliver(rejected)).toEqual([]);
  expect(service.parked).toEqual(["InvariantViolation"]);
  expect(service.kinds()).toEqual(["received", "confirmed"]);
});

test("the line of an outcome's mail says how long the customer waited for it", async () => {
  const service = aService();
  await service.deliver(placed);
  service.clock.now += 4200;
  await service.deliver(confirmed);
  const sent = service.lines
    .map((line) => JSON.parse(line))
    .filter(({ message }) => message === "mail sent")
    .map(({ mail, durationMilliseconds }) => ({ mail, durationMilliseconds }));
  expect(sent).toEqual([
    { mail: "received", durationMilliseconds: undefined },
    { mail: "confirmed", durationMilliseconds: 4200 },
  ]);
});

test("no line of any log holds the address", async () => {
  const service = aService();
  for (const event of [placed, confirmed, cancelled, placed]) await service.deliver(event);
  await service.deliver(JSON.stringify({ source: "shop.orders", detail: { email: "ada@example.com" } }));
  expect(service.lines.length).toBeGreaterThan(3);
  expect(service.lines.join("\n")).not.toContain("@");
});
