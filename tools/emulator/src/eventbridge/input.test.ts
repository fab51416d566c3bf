// What a target receives: the event, a constant, a part, or a template filled from the event.
// Source: EventBridge user guide, "Amazon EventBridge input transformation".
import { expect, test } from "vitest";
import { createWorld } from "./testing.ts";

const entry = {
  Source: "shop",
  DetailType: "Placed",
  Detail: JSON.stringify({
    sku: 'Earl "Grey"',
    quantity: 2,
    price: (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON("1.50"),
    paid: false,
    note: null,
    "with-dash": "d",
    lines: [{ sku: "tea" }, { sku: "pot" }, {}],
  }),
};

async function received(target: object): Promise<string | undefined> {
  const world = createWorld();
  await world.addRule(target);
  await world.put(entry);
  return world.delivered[0]?.body;
}

const transform = (InputTemplate: string, InputPathsMap?: Record<string, string>) =>
  received({ InputTransformer: { InputTemplate, ...(InputPathsMap && { InputPathsMap }) } });

test("a constant is sent as it was put", async () => {
  expect(await received({ Input: '{ "constant": true }' })).toBe('{ "constant": true }');
});

test.each([
  ["$.detail.quantity", "2"],
  ["$.source", '"shop"'],
  ["$.detail.sku", '"Earl \\"Grey\\""'],
  ["$.detail.with-dash", '"d"'],
  ["$.detail['with-dash']", '"d"'],
  ["$.detail.lines[1]", '{"sku":"pot"}'],
  ["$.detail.lines[1].sku", '"pot"'],
  ["$.detail.lines[*].sku", '["tea","pot"]'],
  ["$.detail.lines[9]", "null"],
  ["$.detail.lines.length", "null"],
  ["$.detail.constructor", "null"],
  ["$.detail.none.deeper", "null"],
])("the path %s sends %s", async (InputPath, expected) => {
  expect(await received({ InputPath })).toBe(expected);
});

test("the path $ sends the whole event", async () => {
  expect(JSON.parse((await received({ InputPath: "$" })) ?? "")).toMatchObject({ source: "shop" });
});

const paths = {
  sku: "$.detail.sku",
  quantity: "$.detail.quantity",
  paid: "$.detail.paid",
  note: "$.detail.note",
  line: "$.detail.lines[0]",
  none: "$.detail.none",
  lines: "$.detail.lines",
  price: "$.detail.price",
};

test.each([
  [
    "outside quotes a value is JSON",
    '{"s":<sku>,"q":<quantity>,"p":<paid>,"n":<note>}',
    '{"s":"Earl \\"Grey\\"","q":2,"p":false,"n":null}',
  ],
  ["inside quotes it is text", '{"text":"<quantity> tins, paid <paid>"}', '{"text":"2 tins, paid false"}'],
  ["a text inside quotes is not escaped", '"<sku>"', '"Earl "Grey""'],
  ["an object can be put in", '{"line":<line>}', '{"line":{"sku":"tea"}}'],
  ["an object inside quotes loses its own", '"<line>"', '"{sku:tea}"'],
  ["an object in the quotes of one loses none, and what is no JSON is not sent", '{"a":"<line>"}', undefined],
  ["a list neither", '[1, "<lines>"]', undefined],
  ["nor is a text with quotes", '{"text":"<sku>"}', undefined],
  ["text outside of quotes is no JSON", '{"sku":tea <quantity>}', undefined],
  ["escaped quotes do not end the text", '"\\"<line>\\""', '"\\"{sku:tea}\\""'],
  [
    "an escaped backslash before a quote does",
    '{"t":"\\\\","line":<line>}',
    '{"t":"\\\\","line":{"sku":"tea"}}',
  ],
  ["a value that is not there is left empty", '{"text":"[<none>]"}', '{"text":"[]"}'],
  ["outside quotes it is an empty text", '{"a":<none>,"b":[<none>]}', '{"a":"","b":[""]}'],
  ["a number is written as it was", '{"price":<price>,"text":"<price>"}', '{"price":1.50,"text":"1.50"}'],
  ["a template may be one text", '"<quantity> of <line>"', '"2 of {sku:tea}"'],
])("in a template %s", async (_, template, expected) => {
  expect(await transform(template, paths)).toBe(expected);
});

test("the reserved variables tell of the rule and the event", async () => {
  const template = `{
    "rule": "<aws.events.rule-name>",
    "arn": <aws.events.rule-arn>,
    "at": "<aws.events.event.ingestion-time>",
    "head": <aws.events.event>,
    "whole": <aws.events.event.json>
  }`;
  const head = {
    version: "0",
    id: "id-1-1",
    source: "shop",
    account: "000000000000",
    time: "2026-01-05T00:00:00Z",
    region: "eu-west-1",
    resources: [],
  };
  expect(JSON.parse((await transform(template)) ?? "")).toEqual({
    rule: "rule",
    arn: "arn:aws:events:eu-west-1:000000000000:rule/rule",
    at: "2026-01-05T00:00:00.000Z",
    head: { ...head, detailType: "Placed" },
    whole: { ...head, "detail-type": "Placed", detail: JSON.parse(entry.Detail) },
  });
});

test("a value that looks like a placeholder is not filled in again", async () => {
  const world = createWorld();
  const InputTransformer = { InputPathsMap: { a: "$.detail.a", b: "$.detail.b" }, InputTemplate: "<a>" };
  await world.addRule({ InputTransformer });
  await world.put({ ...entry, Detail: '{"a":"<b> $& $1","b":"secret"}' });
  expect(world.bodies()).toEqual(["<b> $& $1"]);
});
