// Every generated document of the contracts, by its path in the package.

import { readFileSync } from "node:fs";
import { subjectOf } from "@order-saga/contracts";
import { exampleEvent } from "@order-saga/contracts/events/examples";
import { type EventType, eventSchemas, eventTypes, sourceOfEvent } from "@order-saga/contracts/events/index";
import { eventId } from "@order-saga/contracts/ids";
import { services } from "@order-saga/services";
import { buildAsyncApi } from "./asyncapi.ts";
import { toJsonSchema } from "./json-schema.ts";
import { buildOpenApi } from "./openapi.ts";

export function documents(): Record<string, string> {
  const { version } = read("package.json") as { version: string };
  const examples = byType(exampleOnBus);
  const schemas = eventTypes.map((type) => [`schemas/${type}.json`, schemaOf(type)] as const);
  const openapi = buildOpenApi(version);
  const all = {
    "openapi.json": openapi,
    // As one string, so that the function which serves it neither builds the object nor writes it again.
    "openapi-text.json": JSON.stringify(openapi),
    "asyncapi.json": buildAsyncApi(version, services, examples),
    ...Object.fromEntries(schemas),
    ...Object.fromEntries(eventTypes.map((type) => [`examples/${type}.json`, examples[type]])),
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

/** The event's example in the envelope that EventBridge puts around it. */
function exampleOnBus(type: EventType) {
  const detail = exampleEvent(type);
  return {
    version: "0",
    id: eventId(subjectOf(detail), `${type} on the bus`),
    "detail-type": type,
    source: sourceOfEvent(type),
    account: "123456789012",
    time: detail.occurredAt.replace(/\.\d{3}Z$/, "Z"),
    region: "eu-west-1",
    resources: [subjectOf(detail)],
    detail,
  };
}

function byType<T>(make: (type: EventType) => T): Record<EventType, T> {
  return Object.fromEntries(eventTypes.map((type) => [type, make(type)])) as Record<EventType, T>;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../packages/contracts/${name}`, import.meta.url), "utf8"));
}
