// Builds the OpenAPI 3.1 document of the HTTP API from the schemas that the services parse with.

import * as http from "@order-saga/contracts/http";
import * as z from "zod";
import { createDocument } from "zod-openapi";
import { simplify } from "./json-schema.ts";
import { type Answer, type Header, type Operation, operations, tags } from "./operations.ts";
import { problemExample } from "./problems.ts";

// Registered, not copied: a page's items are then the same component as the item alone.
for (const [id, schema] of Object.entries<unknown>(http)) {
  if (schema instanceof z.core.$ZodObject)
    z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id });
}

/** In AWS these come from API Gateway, before any function is asked. */
const GatewayRefusal = z
  .object({ message: z.string() })
  .meta({ id: "GatewayRefusal", description: "What API Gateway itself answers; branch on the status." });
const gatewayMessages: Record<string, string> = {
  401: "Unauthorized",
  403: "Forbidden",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

// Refusals that are the same wherever they occur are components.
const withScope = {
  401: { id: "Unauthorized", ...refusalObject("401", ["unauthorized"]) },
  403: { id: "MissingScope", ...refusalObject("403", ["missing-scope"]) },
};
const withBody = {
  413: { id: "BodyTooLarge", ...refusalObject("413", ["body-too-large"]) },
  415: { id: "UnsupportedMediaType", ...refusalObject("415", ["unsupported-media-type"]) },
};
const always = {
  429: { id: "Throttled", ...refusalObject("429", ["busy"]) },
  500: { id: "InternalError", ...refusalObject("500", ["internal-error"]) },
  503: { id: "Unavailable", ...refusalObject("503", ["unavailable"]) },
};

const description = `A storefront posts an order and polls its status. Errors are \`application/problem+json\` (RFC 9457) with a
stable \`type\`. In AWS, API Gateway checks tokens and limits rates by itself, and then answers \`application/json\` with a \`message\`.
A path or a method that the API does not know is a problem of 404 or 405 on the laptop, and API Gateway's 404 \`Not Found\` in AWS.`;

export function buildOpenApi(version: string): object {
  return createDocument(
    {
      openapi: "3.1.0",
      info: { title: "Order saga", version, description, license: { name: "MIT", identifier: "MIT" } },
      servers: [{ url: "http://localhost:3000", description: "The laptop, `npx pnpm@12 start`" }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      security: [],
      paths: mapValues(operations, (methods) => mapValues(methods, operationObject)),
      components: {
        securitySchemes: {
          bearerAuth: {
            type: "http",
            scheme: "bearer",
            bearerFormat: "JWT",
            description: `A token with the operation's scope, one of ${http.scopes.join(", ")}.`,
          },
        },
      },
    },
    { override: ({ jsonSchema, zodSchema }) => simplify({ zodSchema, jsonSchema: jsonSchema as never }) },
  );
}

/** Each is enough. */
export const scopesOf = ({ orScope, scope }: Operation) =>
  [scope, orScope].filter((each) => each !== undefined);

function operationObject(operation: Operation): object {
  const { answers, body, description, header, id, path, query, summary, tag } = operation;
  return {
    operationId: id,
    summary,
    ...(description && { description }),
    tags: [tag],
    security: scopesOf(operation).map((scope) => ({ bearerAuth: [scope] })),
    requestParams: {
      ...(path && { path: z.object(path) }),
      ...(query && { query: z.object(query) }),
      ...(header && { header: z.object(header) }),
    },
    ...(body && {
      requestBody: { required: !z.safeParse(body.schema, {}).success, content: { "application/json": body } },
    }),
    responses: {
      ...mapValues(answers, answerObject),
      ...refusalsOf(operation),
    },
  };
}

/** The operation's own refusals, and those of every operation with a body, with a token, at all. */
function refusalsOf({ body, isSigned, problems = {}, scope }: Operation): Record<string, object> {
  const isParsed = body && !isSigned;
  const malformed = [
    ...(isParsed ? ["invalid-body", "not-json", "card-number-refused"] : []),
    ...(problems[400] ?? []),
  ];
  const own = { ...problems, ...(malformed.length > 0 && { 400: malformed }) };
  return {
    ...mapValues(own, (types, status) => refusalObject(status, types)),
    ...(scope && withScope),
    ...(isParsed && withBody),
    ...always,
    ...(own[429] && { 429: refusalObject("429", ["busy", ...own[429]]) }),
  };
}

function answerObject({ description, headers, body }: Answer): object {
  return {
    description,
    ...(headers && { headers: mapValues(headers, headerObject) }),
    ...(body && { content: { "application/json": body } }),
  };
}

function headerObject({ description, example }: Header): object {
  return { description, schema: { type: "string" }, example };
}

function refusalObject(status: string, types: readonly string[]): object {
  const message = gatewayMessages[status];
  const examples = Object.fromEntries(
    types.map((type) => [type, { value: problemExample(Number(status), type) }]),
  );
  return {
    description: types.map((type) => `\`${type}\``).join(", "),
    ...((status === "503" || status === "429") && {
      headers: {
        "Retry-After": headerObject({
          description: "Seconds; the same request is safe to send again.",
          example: status === "503" ? "1" : "12",
        }),
      },
    }),
    content: {
      "application/problem+json": { schema: http.Problem, examples },
      ...(message && { "application/json": { schema: GatewayRefusal, example: { message } } }),
    },
  };
}

function mapValues<T, U>(record: Record<string, T>, map: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
