// An OpenAPI document as a reference reads it: endpoints in the document's order, schemas as indented lines.
import type { Schema } from "./json-schema.ts";

type Content = Record<
  string,
  { schema?: Schema; example?: unknown; examples?: Record<string, { value?: unknown }> }
>;
type Parameter = { name: string; in: string; required?: boolean; description?: string; $ref?: string };
type Operation = {
  summary?: string;
  description?: string;
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { $ref?: string; description?: string; content?: Content }>;
};
export type ApiDocument = {
  paths: Record<string, Record<string, Operation>>;
  security?: Record<string, string[]>[];
  components?: Record<string, Record<string, unknown>>;
};

export type Endpoint = {
  method: string;
  path: string;
  summary: string;
  description: string;
  scopes: string[];
  parameters: { name: string; where: string; isRequired: boolean; words: string }[];
  body: Schema | undefined;
  example: unknown;
  answers: { status: string; words: string; schema: Schema | undefined }[];
};

const methods = ["get", "post", "put", "patch", "delete"];

export function endpoints(document: ApiDocument): Endpoint[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => endpointOf(document, path, method, operation)),
  );
}

function endpointOf(document: ApiDocument, path: string, method: string, operation: Operation): Endpoint {
  const [media] = Object.values(operation.requestBody?.content ?? {});
  const security = operation.security ?? document.security ?? [];
  return {
    method: method.toUpperCase(),
    path,
    summary: (operation.summary ?? "").replace(/\.$/, ""),
    description: operation.description ?? "",
    scopes: security.flatMap((each) => Object.values(each).flat()),
    parameters: (operation.parameters ?? [])
      .map((each) => resolve<Parameter>(document, each))
      .map(({ name, in: where, required = false, description = "" }) => ({
        name,
        where,
        isRequired: required,
        words: description,
      })),
    body: media?.schema,
    example: media?.example ?? Object.values(media?.examples ?? {})[0]?.value,
    answers: Object.entries(operation.responses).map(([status, given]) => {
      const { description = "", content = {} } = resolve<Operation["responses"][string]>(document, given);
      return { status, words: description, schema: Object.values(content)[0]?.schema };
    }),
  };
}

/** What a reference within the document points at. */
function resolve<T>(document: ApiDocument, given: T & { $ref?: string }): T {
  if (given.$ref === undefined) return given;
  let found: unknown = document;
  for (const part of given.$ref.replace(/^#\//, "").split("/"))
    found = (found as Record<string, unknown> | undefined)?.[part];
  return found as T;
}

export type SchemaLine = { depth: number; name: string; type: string; words: string; isRequired: boolean };

const DEEPEST = 4;

export function schemaLines(document: ApiDocument, given: Schema, depth = 0): SchemaLine[] {
  const schema = elementOf(document, given);
  if (depth > DEEPEST) return [];
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const resolved = resolve<Schema>(document, property);
    const line = {
      depth,
      name,
      type: typeOf(document, resolved),
      words: resolved.description ?? "",
      isRequired: schema.required?.includes(name) ?? false,
    };
    return [line, ...schemaLines(document, resolved, depth + 1)];
  });
}

/** An array's lines are its elements'. */
function elementOf(document: ApiDocument, given: Schema): Schema {
  const schema = resolve<Schema>(document, given);
  return schema.items ? elementOf(document, schema.items) : schema;
}

function typeOf(document: ApiDocument, schema: Schema): string {
  if (schema.enum) return schema.enum.map(String).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.items) return `${typeOf(document, resolve<Schema>(document, schema.items))}[]`;
  const type = [schema.type ?? (schema.properties ? "object" : "any")].flat().join(" | ");
  const range =
    schema.minimum !== undefined && schema.maximum !== undefined && schema.maximum < 1e9
      ? ` ${schema.minimum}–${schema.maximum}`
      : "";
  return `${type}${range}${schema.format ? ` (${schema.format})` : ""}`;
}
