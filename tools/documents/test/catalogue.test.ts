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

test("it runs nothing and asks no other machine", () => {
  expect(html).not.toMatch(/<script|<link|<img|@import|url\(|<[^>]*\s(src|on\w+)=/);
});
