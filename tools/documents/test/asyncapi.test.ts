// The AsyncAPI document is AsyncAPI, its examples are true, and it tells who says and who hears each event.
import { Parser } from "@asyncapi/parser";
import { exampleEvent } from "@order-saga/contracts/events/examples";
import { eventTypes, producerOf } from "@order-saga/contracts/events/index";
import { checkGraph } from "@order-saga/messaging/graph";
import { services } from "@order-saga/services";
import { expect, test } from "vitest";
import * as z from "zod";
import { buildAsyncApi } from "../src/asyncapi.ts";
import { documents } from "../src/documents.ts";

type Reference = { $ref: string };
type Operation = {
  action: "send" | "receive";
  title: string;
  messages: Reference[];
  tags: { name: string }[];
};

const text = documents()["asyncapi.json"] ?? "";
const document = JSON.parse(text);
const operations: Operation[] = Object.values(document.operations);

/** "service/function Event" of every message of the operations of one direction. */
function told(action: Operation["action"]): string[] {
  return operations
    .filter((operation) => operation.action === action)
    .flatMap(({ title, messages, tags: [tag] }) =>
      messages.map(({ $ref }) => `${tag?.name}/${title} ${$ref.split("/").at(-1)}`),
    );
}

async function problemsOf(source: string): Promise<string[]> {
  const diagnostics = await new Parser().validate(source);
  return diagnostics
    .filter((each) => each.severity <= 1)
    .map((each) => `${each.code} ${each.message} ${each.path.join("/")}`);
}

/** The schema with every reference into the document replaced by what it names. */
function resolved(schema: object): z.core.JSONSchema.JSONSchema {
  return JSON.parse(JSON.stringify(schema), (_, value) => {
    const [, name] = /^#\/components\/schemas\/(\w+)$/.exec(value?.$ref ?? "") ?? [];
    return name === undefined ? value : document.components.schemas[name];
  });
}

test("it passes an AsyncAPI parser without an error or a warning", async () => {
  expect(await problemsOf(text)).toEqual([]);
});

test("the parser is awake: it sees a message that its channel does not have", async () => {
  const broken = structuredClone(document);
  broken.operations["track-order.send"].messages[0].$ref = "#/components/messages/OrderConfirmed";
  expect(await problemsOf(JSON.stringify(broken))).toHaveLength(1);
});

test("it has every event once, with its example", () => {
  expect(Object.keys(document.channels.bus.messages)).toEqual(eventTypes);
  for (const type of eventTypes) {
    const [example, ...more] = document.components.messages[type].examples;
    expect(more).toEqual([]);
    expect(example.name).toBe(type);
    expect(example.payload.detail).toEqual(exampleEvent(type));
  }
});

test.each(eventTypes)("the payload of %s takes its example, and no other event", (type) => {
  const { examples, payload } = document.components.messages[type];
  const schema = z.fromJSONSchema(resolved(payload));
  const example = examples[0].payload;
  const accepts = (change: object) => schema.safeParse({ ...example, ...change }).success;
  expect(accepts({})).toBe(true);
  expect(accepts({ source: "shop.stranger" })).toBe(false);
  expect(accepts({ "detail-type": "OrderShipped" })).toBe(false);
  expect(accepts({ detail: { ...example.detail, data: {} } })).toBe(false);
  expect(accepts({ resources: undefined })).toBe(false);
});

test("its operations are what the manifests hear and say", () => {
  const hears = services.flatMap((service) =>
    service.reactions.flatMap(({ hears, name }) => hears.map((type) => `${service.name}/${name} ${type}`)),
  );
  const says = services.flatMap((service) =>
    [...service.reactions, ...service.schedules, ...service.routes].flatMap(({ name, says }) =>
      says.map((type) => `${service.name}/${name} ${type}`),
    ),
  );
  expect(told("receive").sort()).toEqual(hears.sort());
  expect(told("send").sort()).toEqual(says.sort());
});

test.each(eventTypes)("%s is said by its owner only", (type) => {
  const by = told("send").filter((each) => each.endsWith(` ${type}`));
  expect(new Set(by.map((each) => each.split("/")[0]))).toEqual(new Set([producerOf(type)]));
});

test("an event that no service hears is described for the outside", async () => {
  const type = "OrderConfirmed";
  const deaf = services.map((service) => ({
    ...service,
    reactions: service.reactions
      .map((each) => ({ ...each, hears: each.hears.filter((heard) => heard !== type) }))
      .filter(({ from, hears }) => from !== "bus" || hears.length > 0),
  }));
  expect(checkGraph(deaf)).toEqual(checkGraph(services));
  const outward = JSON.stringify(buildAsyncApi("0.0.0", deaf, document.components.messages));
  expect(JSON.parse(outward).channels.bus.messages).toHaveProperty(type);
  expect(outward.includes(`"${type}"`)).toBe(true);
  expect(await problemsOf(outward)).toEqual([]);
});
