// The fields of a fault's form, from the JSON Schema the laptop gives of every kind.
import type { Schema } from "./json-schema.ts";

export type Field =
  | { name: string; kind: "choice"; words: string; options: string[]; isRequired: boolean }
  | {
      name: string;
      kind: "number";
      words: string;
      least?: number;
      most?: number;
      isInteger: boolean;
      isRequired: boolean;
    }
  | { name: string; kind: "text"; words: string; pattern?: string; isRequired: boolean };

export type FaultKindForm = { kind: string; words: string; fields: Field[] };

export function faultForms(schema: object): FaultKindForm[] {
  const { oneOf, anyOf } = schema as Schema;
  return (oneOf ?? anyOf ?? []).map(({ description = "", properties = {}, required = [] }) => ({
    kind: String(properties.kind?.const ?? ""),
    words: description,
    fields: Object.entries(properties)
      .filter(([name]) => name !== "kind")
      .map(([name, field]) => fieldOf(name, field, required.includes(name))),
  }));
}

function fieldOf(name: string, schema: Schema, isRequired: boolean): Field {
  const words = schema.description ?? "";
  if (schema.enum) return { name, kind: "choice", words, options: schema.enum.map(String), isRequired };
  if (schema.type === "integer" || schema.type === "number") {
    const { minimum, maximum } = schema;
    return {
      name,
      kind: "number",
      words,
      isInteger: schema.type === "integer",
      isRequired,
      ...(minimum !== undefined && { least: minimum }),
      ...(maximum !== undefined && { most: maximum }),
    };
  }
  return { name, kind: "text", words, isRequired, ...(schema.pattern && { pattern: schema.pattern }) };
}

/** The fault as it is sent: without what was left empty. */
export function faultOf(form: FaultKindForm, values: ReadonlyMap<string, string>): Record<string, unknown> {
  const given = form.fields.flatMap((field): [string, unknown][] => {
    const value = values.get(field.name)?.trim() ?? "";
    if (value === "") return [];
    return [[field.name, field.kind === "number" ? Number(value) : value]];
  });
  return { kind: form.kind, ...Object.fromEntries(given) };
}
