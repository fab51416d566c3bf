// What the documents say an order costs is what the meter counts.
import { expect, test } from "vitest";
import { type EndingName, endings } from "./endings.ts";
import { documentsWith, readDocument, withFigures } from "./figures.ts";
import { remedy } from "./golden.ts";
import { measureBatched, measureEnding } from "./measure.ts";
import type { Operations } from "./operations.ts";

async function measured() {
  const each: [string, Operations][] = [];
  for (const name of Object.keys(endings) as EndingName[]) each.push([name, await measureEnding(name)]);
  return {
    endings: Object.fromEntries(each) as Record<EndingName, Operations>,
    batched: await measureBatched("confirmed"),
  };
}

const documents = await documentsWith(await measured());

test.for([...documents])("%s has the dollars and counts of an order", async ([path, text]) => {
  const lines = (of: string) => of.split("\n");
  expect(lines(await readDocument(path)), `${path} says what an order cost before. ${remedy}`).toEqual(
    lines(text),
  );
});

test("a figure is replaced where it stands, and one without a place is an error", () => {
  const figure = { place: /(about )(\d+)( USD)/, value: "47" };
  expect(withFigures("orders add about 46 USD a month", [figure])).toBe("orders add about 47 USD a month");
  expect(() => withFigures("orders are free", [figure])).toThrow("no place for 47");
});
