// The catalogue and the AsyncAPI document are served, and the page needs nothing else.
import { eventTypes } from "@order-saga/contracts";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { mountCatalogue } from "./catalogue.ts";

const app = new Hono();
mountCatalogue(app);

test("/events has every event, under a policy that runs no script", async () => {
  const answer = await app.request("/events");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  const text = await answer.text();
  for (const type of eventTypes) expect(text).toContain(`<section id="${type}">`);
});

test("/asyncapi.json is the document of the contracts", async () => {
  const answer = await app.request("/asyncapi.json");
  expect(answer.headers.get("content-type")).toContain("application/json");
  const { channels } = (await answer.json()) as { channels: { bus: { messages: object } } };
  expect(Object.keys(channels.bus.messages)).toEqual(eventTypes);
});
