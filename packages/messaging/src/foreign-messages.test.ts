// Uploads and tasks through the edge: read, handed on with what a continuation needs, parked when broken.
import type { DomainEvent } from "@order-saga/contracts";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import type { ParkedMessage } from "./dead-letters.ts";
import { silentLog } from "./log.ts";
import { reactionManifest } from "./manifest.ts";
import { aboutMessage, parseMessage, type Upload } from "./message.ts";
import { type ReactionContext, taskReaction, uploadReaction } from "./reaction.ts";
import { aBatch, anEvent, anUpload, envelopeOf, testContext, testNow } from "./testing.ts";

function world() {
  const published: DomainEvent[] = [];
  const parked: ParkedMessage[] = [];
  const ports = {
    publish: async (events: readonly DomainEvent[]) => void published.push(...events),
    park: async (message: ParkedMessage) => void parked.push(message),
    log: silentLog,
    now: () => testNow,
  };
  return { ports, published, parked };
}

const importing = reactionManifest({
  name: "import-stock",
  hears: [],
  from: "uploads",
  says: ["StockFeedImported"],
});
const placing = reactionManifest({ name: "place-child", hears: [], from: "tasks", says: ["OrderPlaced"] });

test("an upload is read from S3's event, and its message can be sent again", async () => {
  const { ports, published } = world();
  const seen: [Upload, ReactionContext][] = [];
  const handler = uploadReaction(
    importing,
    async (upload, context) => {
      seen.push([upload, context]);
      return [anEvent("StockFeedImported")];
    },
    ports,
  );
  const body = anUpload({ key: "feeds/monday.csv", size: 42 });
  expect(await handler(aBatch([body], 2), testContext)).toEqual({ batchItemFailures: [] });
  const [[upload, context] = []] = seen;
  expect(upload).toMatchObject({ bucket: "feeds", key: "feeds/monday.csv", bytes: 42 });
  expect(context).toMatchObject({ body, attempt: 2, now: testNow });
  expect(context?.remainingMilliseconds()).toBe(30_000);
  expect(published.map(({ type }) => type)).toEqual(["StockFeedImported"]);
});

test.each([
  ["another service's event", anUpload({}, { source: "aws.ec2" })],
  ["another event of S3", anUpload({}, { "detail-type": "Object Deleted" })],
  ["an unversioned object", anUpload({ "version-id": undefined })],
  ["no JSON", "<xml>"],
])("%s is parked with its reason, and no value of it is quoted", async (_, body) => {
  const { ports, parked } = world();
  const handler = uploadReaction(importing, async () => expect.unreachable(), ports);
  expect(await handler(aBatch([body]), testContext)).toEqual({ batchItemFailures: [] });
  expect(parked).toHaveLength(1);
  expect(parked[0]?.error.name).toMatch(/ContractViolation|MalformedMessage/);
  expect(parked[0]?.error.message).not.toContain("aws.ec2");
});

test("a task is read by its schema; one that breaks it is parked, one that fails comes again", async () => {
  const { ports, parked, published } = world();
  const Task = z.object({ row: z.int() });
  const handler = taskReaction(
    placing,
    Task,
    async ({ row }) => {
      if (row === 2) throw new Error("not now");
      return [anEvent("OrderPlaced")];
    },
    ports,
  );
  const bodies = ['{"row":1}', '{"row":2}', '{"row":"ada@example.com"}'];
  expect(await handler(aBatch(bodies), testContext)).toEqual({
    batchItemFailures: [{ itemIdentifier: "message-2" }],
  });
  expect(published).toHaveLength(1);
  expect(parked.map(({ body }) => body)).toEqual([bodies[2]]);
  expect(parked[0]?.error.message).not.toContain("ada@");
});

test("what the manifest does not list is not said", async () => {
  const { ports, published } = world();
  const upload = uploadReaction(importing, async () => [anEvent("OrderPlaced")], ports);
  const task = taskReaction(placing, z.object({}), async () => [anEvent("StockFeedImported")], ports);
  for (const answer of [
    await upload(aBatch([anUpload()]), testContext),
    await task(aBatch(["{}"]), testContext),
  ])
    expect(answer.batchItemFailures).toHaveLength(1);
  expect(published).toEqual([]);
});

test("of a broken message only a known type and a well-formed order are told", () => {
  const orderId = `ord_${"0123456789abcdef".repeat(2)}`;
  const type = "OrderPlaced";
  expect(aboutMessage(JSON.stringify({ "detail-type": type, resources: [orderId] }))).toEqual({
    orderId,
    eventType: type,
  });
  for (const odd of [[type], "ada@example.com", "toString", 7, null])
    expect(aboutMessage(JSON.stringify({ "detail-type": odd, resources: ["ada@example.com"] }))).toEqual({});
  for (const body of ["null", "no JSON", "[]"]) expect(aboutMessage(body)).toEqual({});
});

const heardInVersion = (version: unknown) => {
  const envelope = JSON.parse(envelopeOf(anEvent("OrderPlaced")));
  const body = JSON.stringify({ ...envelope, detail: { ...envelope.detail, version } });
  return () => parseMessage(body, ["OrderPlaced"]);
};

test.each([
  [999, "version 999;"],
  [1000, "version unknown;"],
  [7.5, "version unknown;"],
])("of a version that this code does not know, %j is told as %s", (version, told) => {
  expect(heardInVersion(version)).toThrow(
    expect.objectContaining({ name: "UnknownVersion", message: expect.stringContaining(told) }),
  );
});

test("a version that is no number breaks the contract", () => {
  expect(heardInVersion("999")).toThrow(expect.objectContaining({ name: "ContractViolation" }));
});

test("a task that breaks its schema is told as one", async () => {
  const { ports, parked } = world();
  const handler = taskReaction(placing, z.object({ row: z.int() }), async () => expect.unreachable(), ports);
  await handler(aBatch(['{"row":"7"}']), testContext);
  expect(parked[0]?.error.message).toMatch(/^the task breaks its contract at \/row/);
});
