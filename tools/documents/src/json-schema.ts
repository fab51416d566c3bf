// How zod's schemas become JSON Schema: the same facts, in fewer words, open wherever the parser is.
import * as z from "zod";

type Rendered = { zodSchema: z.core.$ZodType; jsonSchema: Record<string, unknown> };

/** For `override` of zod's and zod-openapi's converters. */
export function simplify({ zodSchema, jsonSchema }: Rendered): void {
  // Only a strict object refuses unknown fields; who reads an answer or an event must expect new ones.
  if (zodSchema instanceof z.core.$ZodObject && !(zodSchema._zod.def.catchall instanceof z.core.$ZodNever)) {
    delete jsonSchema.additionalProperties;
  }
  // The bounds of a JavaScript integer are no rule of ours.
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // zod spells out the calendar, leap years and all, which `format` already says.
  if (jsonSchema.format === "date-time") jsonSchema.pattern = "\\.\\d{3}Z$";
}

export function toJsonSchema(
  schema: z.core.$ZodType,
  target: "draft-7" | "draft-2020-12",
): Record<string, unknown> {
  // As input: what a consumer accepts, which is more than what a producer says today.
  return z.toJSONSchema(schema, {
    target,
    io: "input",
    override: (rendered) => simplify(rendered as Rendered),
  });
}
