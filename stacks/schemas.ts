// The schema registry: every event as its contract describes it, for consumers that find it in the console.
import { eventSchemas, eventTypes, sourceOfEvent } from "@order-saga/contracts";
import * as z from "zod";
import { logicalName, physicalName } from "./naming.ts";
import type { Settings } from "./settings.ts";

/**
 * Only where it is owned: an account may have ten registries in a region, and every stage has the same
 * events.
 */
export function createSchemas({ ownsSchemas }: Settings): void {
  if (!ownsSchemas) return;
  const registry = new aws.schemas.Registry("Schemas", {
    name: physicalName("schemas"),
    description: "Events on the order saga's bus; generated from packages/contracts.",
  });
  for (const type of eventTypes) {
    const source = sourceOfEvent(type);
    // The registry knows OpenAPI 3 and JSON Schema draft 4, nothing newer.
    const { $schema, ...detail } = z.toJSONSchema(eventSchemas[type], { target: "draft-4", io: "input" });
    new aws.schemas.Schema(`Schema${logicalName(type)}`, {
      registryName: registry.name,
      name: `${source}@${type}`,
      type: "JSONSchemaDraft4",
      content: JSON.stringify({
        $schema,
        title: type,
        type: "object",
        required: ["source", "detail-type", "detail"],
        properties: {
          source: { type: "string", enum: [source] },
          "detail-type": { type: "string", enum: [type] },
          detail,
        },
      }),
    });
  }
}
