// The API reference: every endpoint in the document's order, `$ref`s followed, a schema as indented lines.
import { expect, test } from "vitest";
import { type ApiDocument, endpoints, schemaLines } from "./api.ts";

const document: ApiDocument = {
  security: [{ token: ["orders:read"] }],
  paths: {
    "/orders": {
      post: {
        summary: "Place an order.",
        security: [{ token: ["orders:write"] }],
        parameters: [{ name: "", in: "", $ref: "#/components/parameters/Key" }],
        requestBody: {
          content: {
            "application/json": {
              schema: { $ref: "#/components/schemas/Order" },
              examples: { tea: { value: { currency: "EUR" } } },
            },
          },
        },
        responses: { 202: { description: "Accepted" }, 400: { $ref: "#/components/responses/Problem" } },
      },
      get: { responses: {} },
    },
    "/products": { parameters: { responses: {} }, get: { security: [], responses: {} } },
  },
  components: {
    parameters: { Key: { name: "Idempotency-Key", in: "header", required: true, description: "a key" } },
    responses: {
      Problem: { description: "A problem", content: { "application/problem+json": { schema: {} } } },
    },
    schemas: {
      Order: {
        required: ["lines"],
        properties: {
          currency: { enum: ["EUR", "USD"] },
          lines: { type: "array", items: { $ref: "#/components/schemas/Line" } },
        },
      },
      Line: {
        required: ["sku"],
        properties: { sku: { type: "string" }, quantity: { type: "integer", minimum: 1, maximum: 999 } },
      },
      Tree: { properties: { branch: { $ref: "#/components/schemas/Tree" } } },
    },
  },
};

test("every method of every path is an endpoint, in the document's order", () => {
  expect(endpoints(document).map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /orders",
    "GET /orders",
    "GET /products",
  ]);
});

test("an endpoint's references are followed: its parameters, its answers, its example", () => {
  expect(endpoints(document)[0]).toMatchObject({
    summary: "Place an order",
    parameters: [{ name: "Idempotency-Key", where: "header", isRequired: true, words: "a key" }],
    example: { currency: "EUR" },
    answers: [
      { status: "202", words: "Accepted", schema: undefined },
      { status: "400", words: "A problem", schema: {} },
    ],
  });
});

test("scopes are the endpoint's own, else the document's; an empty list needs no token", () => {
  expect(endpoints(document).map(({ scopes }) => scopes)).toEqual([["orders:write"], ["orders:read"], []]);
});

test("a schema is read as lines: a list's are its elements', a range and a choice are said", () => {
  expect(schemaLines(document, { $ref: "#/components/schemas/Order" })).toEqual([
    { depth: 0, name: "currency", type: "EUR | USD", words: "", isRequired: false },
    { depth: 0, name: "lines", type: "object[]", words: "", isRequired: true },
    { depth: 1, name: "sku", type: "string", words: "", isRequired: true },
    { depth: 1, name: "quantity", type: "integer 1–999", words: "", isRequired: false },
  ]);
});

test("a schema that contains itself ends", () => {
  expect(schemaLines(document, { $ref: "#/components/schemas/Tree" })).toHaveLength(5);
});
