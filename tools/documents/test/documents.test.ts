// The generated documents are current, and the JSON Schemas judge as zod does.
import { readdirSync, readFileSync } from "node:fs";
import { eventTypes } from "@order-saga/contracts/events/index";
import { expect, test } from "vitest";
import * as z from "zod";
import { documents } from "../src/documents.ts";

const root = new URL("../../../packages/contracts/", import.meta.url);
const generated = documents();

test.each(Object.keys(generated))("%s is current: else run npx pnpm@12 generate", (name) => {
  expect(JSON.parse(readFileSync(new URL(name, root), "utf8"))).toEqual(JSON.parse(generated[name] ?? ""));
});

test.each(["schemas", "examples"])("%s has no file of an event that is gone", (folder) => {
  const files = readdirSync(new URL(`${folder}/`, root));
  expect(files.sort()).toEqual(eventTypes.map((type) => `${type}.json`).sort());
});

test("generating twice gives the same bytes", () => {
  expect(documents()).toEqual(generated);
});

test.each(eventTypes)(
  "the JSON Schema of %s takes the example, also a newer one, and no broken one",
  (type) => {
    const read = (name: string) => JSON.parse(readFileSync(new URL(name, root), "utf8"));
    const schema = z.fromJSONSchema(read(`schemas/${type}.json`));
    const { detail } = read(`examples/${type}.json`);
    const subjectField = ["orderId", "bulkId", "feedId"].find((name) => name in detail) ?? "orderId";
    const accepts = (change: object) => schema.safeParse({ ...detail, ...change }).success;
    expect(accepts({})).toBe(true);
    expect(accepts({ added: 1, data: { ...detail.data, added: 1 } })).toBe(true);
    expect(accepts({ version: 2 })).toBe(false);
    expect(accepts({ [subjectField]: "1" })).toBe(false);
    expect(accepts({ occurredAt: "2026-11-23T09:00:00Z" })).toBe(false);
    expect(accepts({ occurredAt: "yesterday.000Z" })).toBe(false);
    expect(accepts({ data: {} })).toBe(false);
  },
);
