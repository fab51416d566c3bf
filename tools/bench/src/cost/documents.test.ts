// What the documents say an order costs is what the meter reads.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { billOf, breakEven, containerMonth, total } from "./bill.ts";
import { measureBatched, measureEnding } from "./measure.ts";
import { peersOf, perMillion, withoutInformation } from "./peers.ts";
import { pricesOf } from "./prices.ts";

const root = new URL("../../../../", import.meta.url);
const read = (path: string) => readFile(new URL(path, root), "utf8");

test("docs/performance.md has the dollars of every ending, of what would save, and of other means", async () => {
  const text = await read("docs/performance.md");
  const [confirmed, batched] = [await measureEnding("confirmed"), await measureBatched("confirmed")];
  const dollars = async (name: Parameters<typeof measureEnding>[0]) =>
    perMillion(billOf(await measureEnding(name))).toFixed(2);
  const rows = [
    `| confirmed, one line | ${perMillion(billOf(confirmed)).toFixed(2)} |`,
    `| the same in us-east-1 | ${perMillion(billOf(confirmed, pricesOf("us-east-1"))).toFixed(2)} |`,
    `| confirmed, five lines | ${await dollars("confirmed, five lines")} |`,
    `| card declined | ${await dollars("card declined")} |`,
    `| out of stock | ${await dollars("out of stock")} |`,
    `| cancelled before, after the capture | ${await dollars("cancelled before capture")}, ${await dollars("cancelled after capture")} |`,
    `| expired | ${await dollars("expired")} |`,
    `| confirmed, one log in ten | ${perMillion(billOf(withoutInformation(confirmed, 0.1))).toFixed(2)} |`,
    `| confirmed, in batches of up to ten | ${perMillion(billOf(batched)).toFixed(2)} |`,
    `| confirmed, both | ${perMillion(billOf(withoutInformation(batched, 0.1))).toFixed(2)} |`,
    ...peersOf(confirmed).map(({ bill }) => `| ${perMillion(bill).toFixed(2)} |`),
    `from ${(breakEven(total(billOf(confirmed)), containerMonth) / 1e6).toFixed(1)} million orders a month`,
  ];
  for (const row of rows) expect(text).toContain(row);
});

test("what each guarantee costs adds up to an order, and to the least that the text names", async () => {
  const text = await read("docs/performance.md");
  const table = text.slice(text.indexOf("| guarantee |"), text.indexOf("| **together** |"));
  const rows = [...table.matchAll(/\| (\d+\.\d\d) \| (\d+\.\d\d) \|$/gm)];
  const sum = (column: 1 | 2) => rows.reduce((total, row) => total + Number(row[column]), 0);
  const confirmed = perMillion(billOf(await measureEnding("confirmed")));
  // Every row is rounded by itself.
  expect(Math.abs(sum(1) - confirmed)).toBeLessThan(0.05);
  expect(text).toContain(`| **together** | | **${confirmed.toFixed(2)}** | **${sum(2).toFixed(2)}** |`);
});

test("the README says the same, rounded", async () => {
  const confirmed = perMillion(billOf(await measureEnding("confirmed")));
  expect(await read("README.md")).toContain(
    `A million confirmed orders add about ${Math.round(confirmed)} USD`,
  );
});
