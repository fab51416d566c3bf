// The catalogue has every event with all that a reader asks of it, and nothing in it is made up.
import { existsSync, readFileSync } from "node:fs";
import { eventTypes } from "@order-saga/contracts/events/index";
import { services } from "@order-saga/services";
import { expect, test } from "vitest";
import { catalogue, catalogueHtml } from "../src/catalogue.ts";
import { escaped } from "../src/catalogue-page.ts";

const root = new URL("../../../", import.meta.url);
const entries = catalogue();
const html = catalogueHtml(entries);

test("every event is there once, with a section and a place in the picture", () => {
  expect(entries.map(({ type }) => type)).toEqual(eventTypes);
  for (const type of eventTypes) {
    expect(html.split(`<section id="${type}">`)).toHaveLength(2);
    expect(html).toContain(`<a href="#${type}"><rect`);
  }
});

test.each(entries.map((entry) => [entry.type, entry] as const))(
  "%s: its line of the code defines it",
  (type, entry) => {
    const [file = "", line = ""] = entry.definedAt.split(":");
    const text = readFileSync(new URL(file, root), "utf8").split("\n")[Number(line) - 1];
    expect(text?.trim()).toBe(`${type}: {`);
    expect(entry.words).not.toBe("");
    expect(html).toContain(escaped(JSON.stringify(entry.example, null, 2)));
    expect(html).toContain(escaped(JSON.stringify(entry.schema, null, 2)));
    for (const { file: source } of [...entry.says, ...entry.hears])
      expect(existsSync(new URL(source, root)), source).toBe(true);
  },
);

test("those who say and hear an event are the manifests' own", () => {
  for (const { name: service, reactions } of services)
    for (const { hears, name, says } of reactions)
      for (const { type, hears: hearers, says: sayers } of entries) {
        const is = (each: { name: string; service: string }) =>
          each.name === name && each.service === service;
        expect(hearers.some(is), `${name} hears ${type}`).toBe((hears as readonly string[]).includes(type));
        expect(sayers.some(is), `${name} says ${type}`).toBe((says as readonly string[]).includes(type));
      }
});

/** Of the picture: its boxes, and the pieces of its lines. */
function drawn() {
  const numbers = (text: string) => (text.match(/-?[\d.]+/g) ?? []).map(Number);
  const boxes = [...html.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(
    ([, x, y, width, height]) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    }),
  );
  const lines = [...html.matchAll(/<path d="([^"]+)"/g)].map(([, path = ""]) => {
    const points = numbers(path.replaceAll(/([A-Z])/g, " "));
    const [xs, ys] = [0, 1].map((rest) => points.filter((_, index) => index % 2 === rest)) as [
      number[],
      number[],
    ];
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  });
  return { boxes, lines };
}

test("no line passes behind a box, and no box lies on another", () => {
  const { boxes, lines } = drawn();
  expect(boxes).toHaveLength(eventTypes.length);
  expect(lines.length).toBeGreaterThan(eventTypes.length);
  const touching = (lines: ReturnType<typeof drawn>["lines"]) =>
    lines.filter(({ bottom, left, right, top }) =>
      boxes.some(
        ({ height, width, x, y }) => left < x + width && right > x && top < y + height && bottom > y,
      ),
    );
  expect(touching(lines)).toEqual([]);
  for (const [index, { height, width, x, y }] of boxes.entries())
    for (const other of boxes.slice(index + 1))
      expect(other.x !== x || other.y >= y + height || y >= other.y + other.height, `${width}`).toBe(true);
});

test("an event of two versions shows both, and which is said", () => {
  const [first] = entries;
  if (!first) return expect.unreachable();
  const schema = { description: "as it was before" };
  const both = (isSaid: boolean) =>
    catalogueHtml([{ ...first, version: 2, before: { version: 1, schema, isSaid } }]);
  expect(both(true)).toContain(`${first.type}@1 is said, @2 is read beside it`);
  expect(both(false)).toContain(`${first.type}@2 is said, @1 is read beside it`);
  expect(both(true)).toContain("as it was before");
  expect(both(true)).toContain("<summary>Schema of @1</summary>");
  expect(html).not.toContain("is read beside it");
});

test("it runs nothing and asks no other machine", () => {
  expect(html).not.toMatch(/<script|<link|<img|@import|url\(|<[^>]*\s(src|on\w+)=/);
});
