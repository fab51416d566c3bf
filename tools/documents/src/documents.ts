// Every generated document of the contracts, by its path in the package.
import { readFileSync } from "node:fs";
import { type EventType, eventSchemas, eventTypes } from "@order-saga/contracts/events/index";
import { services } from "@order-saga/services";
import { buildAsyncApi } from "./asyncapi.ts";
import { toJsonSchema } from "./json-schema.ts";
import { buildOpenApi } from "./openapi.ts";

export function documents(): Record<string, string> {
  const { version } = read("package.json") as { version: string };
  const examples = byType((type) => read(`examples/${type}.json`) as { detail: object });
  const schemas = eventTypes.map((type) => [`schemas/${type}.json`, schemaOf(type)] as const);
  const openapi = buildOpenApi(version);
  const all = {
    "openapi.json": openapi,
    // As one string, so that the function which serves it neither builds the object nor writes it again.
    "openapi-text.json": JSON.stringify(openapi),
    "asyncapi.json": buildAsyncApi(version, services, examples),
    ...Object.fromEntries(schemas),
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, document]) => [name, `${JSON.stringify(document, null, 2)}\n`]),
  );
}

/** The schema of EventBridge's `detail`, for a consumer that has no TypeScript. */
function schemaOf(type: EventType): object {
  const { $schema, ...rest } = toJsonSchema(eventSchemas[type], "draft-2020-12");
  return { $schema, $id: `urn:order-saga:event:${type}:1`, title: type, ...rest };
}

function byType<T>(make: (type: EventType) => T): Record<EventType, T> {
  return Object.fromEntries(eventTypes.map((type) => [type, make(type)])) as Record<EventType, T>;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../packages/contracts/${name}`, import.meta.url), "utf8"));
}
