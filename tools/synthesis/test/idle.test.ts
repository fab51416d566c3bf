// What the documents say an idle month costs is what the rendered stages cost.
import { expect, test } from "vitest";
import { idleBill } from "../src/idle/bill.ts";
import { documents, readDocument, withIdle } from "../src/idle/documents.ts";
import { rendered } from "./rendered.ts";

const bills = {
  production: idleBill(await rendered("production")),
  personal: idleBill(await rendered("ada")),
};

test.each(documents)(
  "%s has the dollars of an idle month (`pnpm cost --accept` writes them)",
  async (path) => {
    const text = await readDocument(path);
    expect(text).toBe(withIdle(path, text, bills));
  },
);

test("a figure without a place is an error", () => {
  expect(() => withIdle("README.md", "it costs nothing", bills)).toThrow("README.md has no place for");
});
