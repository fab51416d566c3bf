// Builds the AsyncAPI 3.0 document of the bus: every event in its envelope, and who says and who hears it.

import { sourceOf } from "@order-saga/contracts/envelope";
import {
  type EventType,
  eventSchemas,
  eventTypes,
  layerOf,
  producerOf,
  sourceOfEvent,
  versionBefore,
} from "@order-saga/contracts/events/index";
import * as z from "zod";
import { toJsonSchema } from "./json-schema.ts";

/** As much of a service's manifest as the document tells. */
export type Service = {
  readonly name: Parameters<typeof sourceOf>[0];
  readonly reactions: readonly (Speaker & { readonly hears: readonly EventType[] })[];
  readonly schedules: readonly Speaker[];
  readonly routes: readonly (Speaker & { readonly method: string; readonly path: string })[];
};
type Speaker = { readonly name: string; readonly says: readonly EventType[] };
type Example = { readonly detail: object };

const description = `Every service publishes facts and requests about orders on one EventBridge bus, and hears what it needs
through queues of its own. An order has at most one event of each type, but of refunds and disputes, of which each has its own; the
\`id\` follows from order, type and refund or dispute, and the same id always means the same bytes. Delivery is at least once and in any order.`;

export function buildAsyncApi(
  version: string,
  services: readonly Service[],
  examples: Readonly<Record<EventType, Example>>,
): object {
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Order saga",
      version,
      description,
      license: { name: "MIT" },
      tags: services.map(({ name }) => ({ name, description: `The service \`${sourceOf(name)}\`.` })),
    },
    defaultContentType: "application/json",
    servers: {
      aws: {
        host: "events.{region}.amazonaws.com",
        protocol: "https",
        description: "Amazon EventBridge: PutEvents in, rules and queues out.",
        variables: { region: { default: "eu-west-1", description: "The region of the stage." } },
      },
      laptop: {
        host: "localhost:4566",
        protocol: "http",
        description: "The same API, embedded: `npx pnpm@12 start`.",
      },
    },
    channels: {
      bus: {
        address: "{bus}",
        title: "The event bus",
        parameters: { bus: { default: "order-saga", description: "The bus of the stage." } },
        messages: Object.fromEntries(
          eventTypes.map((type) => [type, { $ref: `#/components/messages/${type}` }]),
        ),
      },
    },
    operations: Object.fromEntries(services.flatMap(operationsOf)),
    components: {
      messages: Object.fromEntries(eventTypes.map((type) => [type, messageOf(type, examples[type])])),
      schemas: {
        Envelope: envelope,
        ...Object.fromEntries(eventTypes.map((type) => [type, toJsonSchema(eventSchemas[type], "draft-7")])),
        ...Object.fromEntries(eventTypes.flatMap(earlierSchema)),
      },
    },
  };
}

function operationsOf({ name, reactions, routes, schedules }: Service): [string, object][] {
  const inService = (
    action: "send" | "receive",
    speaker: Speaker,
    types: readonly EventType[],
    why: string,
  ) => (types.length > 0 ? [operation(action, name, speaker.name, types, why)] : []);
  return [
    ...reactions.flatMap((reaction) => [
      ...inService("receive", reaction, reaction.hears, "Hears them from a queue of its own."),
      ...inService("send", reaction, reaction.says, "What came of the events it heard."),
    ]),
    ...schedules.flatMap((schedule) =>
      inService("send", schedule, schedule.says, "On a schedule: what fell due, or was left unsaid."),
    ),
    ...routes.flatMap((route) =>
      inService("send", route, route.says, `On \`${route.method} ${route.path}\`.`),
    ),
  ];
}

function operation(
  action: "send" | "receive",
  service: string,
  title: string,
  types: readonly EventType[],
  description: string,
): [string, object] {
  const channel = "#/channels/bus";
  const messages = types.map((type) => ({ $ref: `${channel}/messages/${type}` }));
  const tags = [{ name: service }];
  return [`${title}.${action}`, { action, title, description, channel: { $ref: channel }, messages, tags }];
}

/** The version before is on the bus, too, as long as queues and archive hold such events. */
function earlierSchema(type: EventType): [string, object][] {
  const before = versionBefore(type);
  return before ? [[`${type}-${before.version}`, toJsonSchema(before.schema, "draft-7")]] : [];
}

function messageOf(type: EventType, example: Example): object {
  const description = z.globalRegistry.get(eventSchemas[type])?.description;
  const before = versionBefore(type);
  const schema = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  return {
    name: type,
    title: type,
    ...(description && { summary: description }),
    tags: [{ name: producerOf(type) }],
    correlationId: { description: "The order.", location: "$message.payload#/detail/orderId" },
    payload: {
      allOf: [
        { $ref: "#/components/schemas/Envelope" },
        {
          type: "object",
          properties: {
            "detail-type": { const: type },
            source: { const: sourceOfEvent(type) },
            detail: before ? { oneOf: [schema(type), schema(`${type}-${before.version}`)] } : schema(type),
          },
        },
      ],
    },
    examples: [{ name: type, payload: example }],
    // A reaction says only events of a higher layer than the one it heard.
    "x-layer": layerOf[type],
    ...(before?.isSaid && { "x-said-version": before.version }),
  };
}

/** What EventBridge puts around an event (EventBridge user guide, "AWS service event metadata"). */
const envelope = {
  type: "object",
  required: ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"],
  properties: {
    version: { const: "0" },
    id: { type: "string", description: "EventBridge's own; a duplicate has another one. Use `detail.id`." },
    "detail-type": { type: "string", description: "The event's type." },
    source: { type: "string", description: "The service that says it; rules trust no other." },
    account: { type: "string" },
    time: { type: "string", format: "date-time", description: "When the event occurred, to the second." },
    region: { type: "string" },
    resources: { type: "array", items: { type: "string" }, description: "The order." },
    detail: { type: "object" },
  },
};
