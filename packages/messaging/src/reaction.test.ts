// The edge of a reaction, through middy: every record is settled by itself, and nothing is lost or leaked.
import { type DomainEvent, type EventType, newEvent, subjectOf } from "@order-saga/contracts";
import { expect, test } from "vitest";
import type { ParkedMessage } from "./dead-letters.ts";
import { invariantViolation, PublishError } from "./errors.ts";
import { createLog } from "./log.ts";
import { reactionManifest } from "./manifest.ts";
import { type React, reaction } from "./reaction.ts";
import { aBatch, anEvent, envelopeOf, testContext, testNow, testOrderId } from "./testing.ts";

const manifest = reactionManifest({ name: "reserve-stock", hears: ["OrderPlaced"], says: ["StockReserved"] });

const orderIdOf = (number: number) => `ord_${String(number).padStart(32, "0")}`;
const placed = (number: number) => anEvent("OrderPlaced", { orderId: orderIdOf(number) });

type Edge = {
  react?: React<"OrderPlaced">;
  publish?: (events: readonly DomainEvent[]) => Promise<void>;
  park?: (message: ParkedMessage) => Promise<void>;
};

/** The edge around a use case, with all that it published, parked and logged. */
function anEdge(given: Edge = {}) {
  const published: DomainEvent[] = [];
  const parked: ParkedMessage[] = [];
  const lines: string[] = [];
  const react = given.react ?? (async ({ orderId }) => [anEvent("StockReserved", { orderId })]);
  const handler = reaction(manifest, react, {
    publish: given.publish ?? (async (events) => void published.push(...events)),
    park: given.park ?? (async (message) => void parked.push(message)),
    log: createLog({ service: "inventory", level: "debug", now: () => testNow, write: (l) => lines.push(l) }),
    now: () => testNow,
  });
  const deliver = async (messages: readonly (DomainEvent | string)[], attempt?: number) => {
    const answer = await handler(aBatch(messages, attempt), testContext);
    return answer.batchItemFailures.map((failure) => failure.itemIdentifier);
  };
  return { deliver, published, parked, lines };
}

test("each record of a batch is handled, answered and acknowledged", async () => {
  const edge = anEdge();
  expect(await edge.deliver([placed(1), placed(2)])).toEqual([]);
  expect(edge.published.map((event) => [event.type, subjectOf(event)])).toEqual([
    ["StockReserved", orderIdOf(1)],
    ["StockReserved", orderIdOf(2)],
  ]);
});

test("records are handled at the same time, not one after the other", async () => {
  const allBegan = Promise.withResolvers<void>();
  let began = 0;
  const edge = anEdge({
    react: async () => {
      if (++began === 10) allBegan.resolve();
      await allBegan.promise;
      return [];
    },
  });
  expect(await edge.deliver(Array.from({ length: 10 }, (_, index) => placed(index)))).toEqual([]);
});

test("the use case is told the moment and the attempt", async () => {
  const contexts: { now: number; attempt: number }[] = [];
  const edge = anEdge({
    react: async (_, { now, attempt }) => {
      contexts.push({ now, attempt });
      return [];
    },
  });
  await edge.deliver([placed(1)], 3);
  expect(contexts).toEqual([{ now: testNow, attempt: 3 }]);
});

test("what is said before slow work is on the bus before it, and bound to the manifest as the rest", async () => {
  const order: string[] = [];
  const edge = anEdge({
    publish: async (events) => void order.push(...events.map(({ type }) => type)),
    react: async ({ orderId }, { publish }) => {
      await publish([anEvent("StockReserved", { orderId })]);
      await publish([]);
      order.push("slow work");
      await publish([anEvent("OrderPlaced", { orderId })]);
      return [];
    },
  });
  expect(await edge.deliver([placed(1)])).toEqual(["message-1"]);
  expect(order).toEqual(["StockReserved", "slow work"]);
  const said = edge.lines.filter((line) => line.includes('"said '));
  expect(said).toHaveLength(1);
});

test("all that is said is in one line of the log", async () => {
  const edge = anEdge({
    react: async ({ orderId }) => [
      anEvent("StockReserved", { orderId }),
      anEvent("StockReserved", { orderId }),
    ],
  });
  await edge.deliver([placed(1)]);
  expect(edge.lines.join()).toContain('"said StockReserved, StockReserved"');
});

test("a transient failure gives back exactly that record", async () => {
  const edge = anEdge({
    react: async ({ orderId }) => {
      if (orderId === orderIdOf(2)) throw new Error("throttled");
      return [anEvent("StockReserved", { orderId })];
    },
  });
  expect(await edge.deliver([placed(1), placed(2), placed(3)])).toEqual(["message-2"]);
  expect(edge.published.map((event) => subjectOf(event))).toEqual([orderIdOf(1), orderIdOf(3)]);
  expect(edge.parked).toEqual([]);
});

test("a version newer than the code waits for the code that reads it, and is parked at its last delivery", async () => {
  const edge = anEdge();
  const newer = JSON.parse(envelopeOf(placed(1)));
  newer.detail.version = 2;
  const message = JSON.stringify(newer);
  for (const delivery of [1, 2, 3, 4]) {
    expect(await edge.deliver([message], delivery)).toEqual(["message-1"]);
    expect(edge.parked).toEqual([]);
  }
  expect(edge.lines.join()).toContain("OrderPlaced version 2; this code knows version 1");
  expect(await edge.deliver([message], manifest.maxReceiveCount)).toEqual([]);
  expect(edge.parked).toMatchObject([{ attempts: 5, error: { name: "UnknownVersion" } }]);
});

test("one poison among ten is parked with its reason, and the nine others do not suffer", async () => {
  const edge = anEdge();
  const messages = Array.from({ length: 10 }, (_, index) => (index === 4 ? "poison" : placed(index)));
  expect(await edge.deliver(messages, 2)).toEqual([]);
  expect(edge.published).toHaveLength(9);
  expect(edge.parked).toHaveLength(1);
  expect(edge.parked[0]).toMatchObject({ body: "poison", reaction: "reserve-stock", attempts: 2 });
  expect(edge.parked[0]?.error).toMatchObject({ name: "MalformedMessage", message: "the body is not JSON" });
});

test("a message that cannot be parked is delivered again, not lost", async () => {
  const edge = anEdge({
    park: async () => {
      throw new Error("SQS is away");
    },
  });
  expect(await edge.deliver(["poison", placed(1)])).toEqual(["message-1"]);
  expect(edge.published).toHaveLength(1);
});

test("a bus that refuses the answer gives the record back", async () => {
  const edge = anEdge({
    publish: async () => {
      throw new Error("EventBridge is away");
    },
  });
  expect(await edge.deliver([placed(1)])).toEqual(["message-1"]);
});

test("an invariant that was broken is parked by its name", async () => {
  const edge = anEdge({
    react: async () => {
      throw invariantViolation("captured after it was released");
    },
  });
  expect(await edge.deliver([placed(1)])).toEqual([]);
  expect(edge.parked[0]?.error).toMatchObject({
    name: "InvariantViolation",
    message: "captured after it was released",
  });
});

test.each([
  ["PaymentCaptured", "does not list"],
  ["OrderPlaced", "does not list"],
] as [EventType, string][])(
  "saying %s, which the manifest does not list, publishes nothing",
  async (type) => {
    const edge = anEdge({ react: async () => [anEvent("StockReserved"), anEvent(type)] });
    expect(await edge.deliver([placed(1)])).toEqual(["message-1"]);
    expect(edge.published).toEqual([]);
  },
);

test("saying something of no higher layer than what was heard publishes nothing", async () => {
  const looping = reactionManifest({
    name: "looping",
    hears: ["StockReserved"],
    says: ["OrderPlaced", "StockRejected"],
  });
  const published: DomainEvent[] = [];
  for (const said of [anEvent("OrderPlaced"), anEvent("StockRejected")]) {
    const handler = reaction(looping, async () => [said], {
      publish: async (events) => void published.push(...events),
      park: async () => {},
      log: createLog({ service: "test", level: "error", now: () => 0, write: () => {} }),
      now: () => testNow,
    });
    const answer = await handler(aBatch([anEvent("StockReserved")]), testContext);
    expect(answer.batchItemFailures).toHaveLength(1);
  }
  expect(published).toEqual([]);
});

const event = anEvent("OrderPlaced");
const envelope = JSON.parse(envelopeOf(event));
const body = (change: object) => JSON.stringify({ ...envelope, ...change });
const detail = (change: object) => body({ detail: { ...event, ...change } });
const otherId = newEvent("OrderPlaced", orderIdOf(9), { causationId: null, now: 0 }, event.data).id;

test.each([
  ["not JSON", "{", "MalformedMessage", "not JSON"],
  ["JSON that is no envelope", "[]", "ContractViolation", "EventBridge envelope"],
  ["no detail", body({ detail: null }), "ContractViolation", "/detail"],
  [
    "an event type it does not hear",
    envelopeOf(anEvent("StockReserved")),
    "ContractViolation",
    "does not hear",
  ],
  [
    "an unknown event type",
    body({ "detail-type": "OrderShipped" }),
    "ContractViolation",
    "no event of the saga",
  ],
  [
    "a property of Object as type",
    body({ "detail-type": "constructor" }),
    "ContractViolation",
    "does not hear",
  ],
  ["a foreign source", body({ source: "shop.payment" }), "ForeignSource", "shop.payment, not shop.orders"],
  [
    "a source outside",
    body({ source: "ada@example.com" }),
    "ForeignSource",
    "a foreign source, not shop.orders",
  ],
  ["a version that is read no more", detail({ version: 0 }), "ContractViolation", "/version"],
  ["a version that is text", detail({ version: "1" }), "ContractViolation", "/version"],
  ["a type other than the envelope's", detail({ type: "StockReserved" }), "ContractViolation", "/type"],
  ["a producer other than the owner", detail({ producer: "payment" }), "ContractViolation", "/producer"],
  ["an id of another order", detail({ id: otherId }), "ContractViolation", "not derived"],
  ["an id that is no UUID", detail({ id: "1" }), "ContractViolation", "/id"],
  ["a broken field", detail({ data: { ...event.data, amount: -1 } }), "ContractViolation", "/data/amount"],
  [
    "a broken address",
    detail({ data: { ...event.data, contact: { email: "ada" } } }),
    "ContractViolation",
    "/data/contact/email",
  ],
])("%s is parked at once with the reason", async (_, message, name, reason) => {
  const edge = anEdge();
  expect(await edge.deliver([message])).toEqual([]);
  expect(edge.published).toEqual([]);
  expect(edge.parked).toHaveLength(1);
  expect(edge.parked[0]?.body).toBe(message);
  expect(edge.parked[0]?.error.name).toBe(name);
  expect(edge.parked[0]?.error.message).toContain(reason);
});

test("no log line and no reason on a dead letter quotes an address, whatever went wrong", async () => {
  const secret = "ada@example.com";
  const edge = anEdge({
    react: async () => {
      throw new Error(`could not write to ${secret}`);
    },
  });
  await edge.deliver(
    [
      event,
      `not JSON, but from ${secret}`,
      `{"email":"${secret}"`,
      body({ "detail-type": secret }),
      body({ source: secret }),
      detail({ version: 4242424242424242 }),
      body({ "detail-type": "Other", detail: { email: secret } }),
      detail({ data: { ...event.data, contact: { email: `${secret} `, [secret]: 1 } } }),
      detail({ data: { ...event.data, lines: secret } }),
      detail({ version: 7 }),
    ],
    manifest.maxReceiveCount,
  );
  expect(edge.parked).toHaveLength(9);
  expect(edge.lines).toHaveLength(10);
  expect(edge.lines.join("\n")).not.toMatch(/@|4242/);
  expect(edge.parked.map((message) => message.error.message).join("\n")).not.toContain("@");
});

test("what was said and what failed can be found in the log by the order", async () => {
  const edge = anEdge();
  await edge.deliver([event]);
  expect(edge.lines.map((line) => JSON.parse(line))).toEqual([
    {
      timestamp: "2026-01-05T12:00:00.000Z",
      level: "info",
      service: "inventory",
      message: "said StockReserved",
      reaction: "reserve-stock",
      orderId: testOrderId,
      eventType: "OrderPlaced",
      messageId: "message-1",
      requestId: "test-request",
      attempt: 1,
    },
  ]);
});

const ids = { orderId: testOrderId, messageId: "message-1", requestId: "test-request", attempt: 2 };
const ofOrder = { ...ids, eventType: "OrderPlaced" };
const refused = new PublishError(["ThrottlingException"]);

test.each<[string, Edge, DomainEvent | string, object]>([
  ["a use case that fails", { react: () => Promise.reject(new RangeError("x")) }, event, ofOrder],
  [
    "a bus that refuses",
    { publish: () => Promise.reject(refused) },
    event,
    { ...ofOrder, reason: refused.message },
  ],
  ["an answer it may not give", { react: async () => [anEvent("OrderPlaced")] }, event, ofOrder],
  ["an invariant violated", { react: () => Promise.reject(invariantViolation("x")) }, event, ofOrder],
  [
    "a queue that cannot park",
    { park: () => Promise.reject(new Error("x")) },
    detail({ version: 0 }),
    ofOrder,
  ],
  ["a broken field", {}, detail({ data: {} }), ofOrder],
  ["an unknown type", {}, body({ "detail-type": "OrderShipped" }), { ...ids, eventType: undefined }],
  ["no detail, but its order among the resources", {}, body({ detail: null }), ofOrder],
  ["a detail whose order is not an id", {}, detail({ orderId: "ada@example.com" }), ofOrder],
  ["no order", {}, body({ detail: {}, resources: [] }), { ...ofOrder, orderId: undefined }],
  ["not JSON", {}, "{", { ...ids, orderId: undefined, eventType: undefined }],
  ["JSON that is null", {}, "null", { ...ids, orderId: undefined, eventType: undefined }],
])(
  "%s is logged with order, event, message and request, so far as they can be read",
  async (_, given, message, says) => {
    const edge = anEdge(given);
    await edge.deliver([message], 2);
    expect(edge.lines).toHaveLength(1);
    const { eventType, messageId, orderId, reason, requestId, attempt, ...line } = JSON.parse(
      edge.lines[0] ?? "",
    );
    expect({ eventType, messageId, orderId, reason, requestId, attempt }).toMatchObject(says);
    expect(line).toMatchObject({ reaction: "reserve-stock", errorName: expect.any(String) });
    expect(edge.lines.join()).not.toContain("@");
  },
);
