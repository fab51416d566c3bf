// The AsyncAPI document is AsyncAPI, its examples are golden, and it tells who says and who hears each event.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";
import { eventTypes, producerOf } from "@order-saga/contracts/events/index";
import { services } from "@order-saga/services";
import { expect, test } from "vitest";
import * as z from "zod";
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

test("it has every event once, with its golden example", () => {
  expect(Object.keys(document.channels.bus.messages)).toEqual(eventTypes);
  for (const type of eventTypes) {
    const golden = JSON.parse(
      readFileSync(new URL(`../../../packages/contracts/examples/${type}.json`, import.meta.url), "utf8"),
    );
    expect(document.components.messages[type].examples).toEqual([{ name: type, payload: golden }]);
  }
});

test.each(eventTypes)("the payload of %s is its golden example's, and nobody else's", (type) => {
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

test.each(eventTypes)("%s is said by its owner only, and heard by somebody", (type) => {
  const by = told("send").filter((each) => each.endsWith(` ${type}`));
  expect(new Set(by.map((each) => each.split("/")[0]))).toEqual(new Set([producerOf(type)]));
  expect(told("receive").some((each) => each.endsWith(` ${type}`))).toBe(true);
});
