// The OpenAPI document is valid, its examples are true, and it describes exactly the routes that are served.

import { readdirSync, readFileSync } from "node:fs";
import { Problem } from "@order-saga/contracts/http";
import { services } from "@order-saga/services";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { buildOpenApi, scopesOf } from "../src/openapi.ts";
import { operations } from "../src/operations.ts";
import { problems } from "../src/problems.ts";

type Media = { schema: object; examples: Record<string, { value: unknown }> };
type Response = { $ref?: string; content?: Record<string, Media> };
type Document = {
  paths: Record<string, Record<string, { security: object[]; responses: Record<string, Response> }>>;
  components: { responses: Record<string, Response> };
};

const text = JSON.stringify(buildOpenApi("0.0.0"));
const document: Document = JSON.parse(text);
const described = Object.entries(operations).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);
const responses = [
  ...Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).flatMap((operation) => Object.values(operation.responses)),
  ),
  ...Object.values(document.components.responses),
];

test("it passes every recommended rule of an OpenAPI linter, but the one against localhost", async () => {
  const rules = { "no-server-example.com": "off" } as const;
  const config = await createConfig({ extends: ["recommended"], rules });
  const lint = async (source: string) =>
    (await lintFromString({ source, absoluteRef: "openapi.json", config })).map(
      (problem) => `${problem.ruleId}: ${problem.message} ${problem.location[0]?.pointer}`,
    );
  expect(await lint(text)).toEqual([]);
  // The linter was awake.
  expect(await lint(text.replace('"operationId":"placeOrder"', '"operationId":"listOrders"'))).not.toEqual(
    [],
  );
});

test("it describes the routes of the manifests and no others, with their scopes", () => {
  const routes = services.flatMap((service) =>
    service.routes.map(({ method, path, scopes }) => [`${method} ${path}`, scopes]),
  );
  const scopes = described.map(({ name, operation }) => [name, scopesOf(operation)]);
  expect(Object.fromEntries(scopes)).toEqual(Object.fromEntries(routes));
  expect(scopes).toHaveLength(routes.length);
});

test("no two operations share an id", () => {
  expect(new Set(described.map(({ operation }) => operation.id)).size).toBe(described.length);
});

describe.each(described)("$name", ({ operation }) => {
  const bodies = [operation.body, ...Object.values(operation.answers).map((answer) => answer.body)];

  test("has examples that parse, with no field unknown to the schema", () => {
    for (const body of bodies) if (body) expect(z.parse(body.schema, body.example)).toEqual(body.example);
  });
});

describe("problems", () => {
  const shown = responses.flatMap(({ content = {} }) =>
    Object.values(content["application/problem+json"]?.examples ?? {}).map(
      (example) => example.value as Problem,
    ),
  );
  const known = Object.entries(problems).flatMap(([status, types]) =>
    Object.keys(types).map((type) => `${status} ${type}`),
  );

  test("parse, and each known one is shown somewhere", () => {
    for (const problem of shown) expect(Problem.parse(problem)).toEqual(problem);
    expect(new Set(shown.map(({ status, type }) => `${status} ${type}`))).toEqual(new Set(known));
  });

  test("are all the services' code throws", () => {
    const sources = [...services.map(({ name }) => name), "messaging"].flatMap((name) => {
      const folder = new URL(`../../../packages/${name}/src/`, import.meta.url);
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
      return files
        .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
        .map((file) => readFileSync(new URL(file, folder), "utf8"));
    });
    const thrown = sources.flatMap((source) =>
      [...source.matchAll(/problem(?:WithRetry)?\(\s*(\d{3}),\s*"([a-z-]+)"/g)].map(
        ([, status, type]) => `${status} ${type}`,
      ),
    );
    expect(thrown).not.toEqual([]);
    expect(thrown.filter((each) => !known.includes(each))).toEqual([]);
  });
});
