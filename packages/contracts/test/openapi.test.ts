// The OpenAPI document is current, is OpenAPI, and describes exactly the routes that are served.
import { readFileSync } from "node:fs";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { buildOpenApi, operations } from "../documents/openapi.ts";

const text = readFileSync(new URL("../openapi.json", import.meta.url), "utf8");
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

test("the committed document is what the schemas say today", () => {
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(buildOpenApi(version))));
});

test("it passes the recommended rules of an OpenAPI linter", async () => {
  const config = await createConfig({ extends: ["recommended"], rules: { "operation-4xx-response": "off" } });
  const problems = await lintFromString({ source: text, absoluteRef: "openapi.json", config });
  const errors = problems.filter((problem) => problem.severity === "error");
  expect(errors.map((problem) => `${problem.message} ${problem.location[0]?.pointer}`)).toEqual([]);
});

test("every operation has an id of its own, and every problem is a problem document", () => {
  const ids = Object.values(operations).flatMap((methods) =>
    Object.values(methods).map((operation) => operation.id),
  );
  expect(new Set(ids).size).toBe(ids.length);
  const document = JSON.parse(text);
  const { responses } = document.paths["/orders"].post;
  expect(Object.keys(responses)).toEqual(
    expect.arrayContaining(["202", "400", "401", "403", "409", "422", "503"]),
  );
  expect(Object.keys(responses[422].content)).toEqual(["application/problem+json"]);
});
