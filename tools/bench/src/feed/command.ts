// `pnpm bench feed`: a stock feed alone, beside orders, over many SKUs, and under kill -9; and its function's
// memory.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, type Values } from "@order-saga/arguments";
import { table } from "../chart.ts";
import { machine } from "../machine.ts";
import { type BesideResult, measureBeside } from "./beside.ts";
import { type MemoryResult, measureMemory } from "./memory.ts";

const options = {
  rows: { kind: "whole", least: 1, default: 100_000, says: "of the feed" },
  orders: { kind: "whole", least: 0, default: 1000, says: "placed beside it, for two of its SKUs" },
  skus: { kind: "whole", least: 2, default: 2, says: "that the rows are about" },
  kills: {
    kind: "whole",
    least: 0,
    default: 0,
    says: "kill -9 of the whole laptop while the feed is imported",
  },
  seed: { kind: "whole", least: 1, default: 1, says: "of the rows and of the kills" },
  memory: {
    kind: "whole",
    least: 1,
    most: 50,
    value: "MB",
    says: "measures the function's memory with a file of this size instead",
  },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
} as const;

export const feed = command(
  {
    name: "pnpm bench feed",
    says: "How fast a stock feed becomes stock, and that it is the plain sum whatever is killed.",
    options,
  },
  measure,
);

async function measure({ json, memory, ...plan }: Values<typeof options>): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "order-saga-feed-"));
  try {
    const result =
      memory === undefined ? await measureBeside({ ...plan, directory }) : await measureMemory(memory);
    console.log("rowsPerSecond" in result ? printBeside(result) : printMemory(result));
    if (json !== undefined)
      writeFileSync(json, `${JSON.stringify({ machine: machine(), result }, null, 2)}\n`);
    return "differences" in result && result.differences.length > 0 ? 1 : 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function printBeside(result: BesideResult): string {
  const { differences, ends, kills, killedAt, orders, rows, skus } = result;
  const ended = Object.entries(ends).map(([status, count]) => `${count} ${status}`);
  return [
    `A feed of ${rows} rows over ${skus} SKUs beside ${orders} orders (${machine().summary})`,
    "",
    table([
      [kills > 0 ? "rows a second, restarts included" : "rows a second", result.rowsPerSecond.toFixed(0)],
      ["applied, refused", `${result.applied}, ${result.refused}`],
      ["orders", ended.join(", ") || "none"],
      [
        "RSS of the whole laptop",
        `${result.idleMegabytes.toFixed(0)} → ${result.peakMegabytes.toFixed(0)} MB`,
      ],
      ...(kills > 0 ? [["killed after so many rows", killedAt.join(", ")]] : []),
    ]),
    "",
    differences.length === 0
      ? "The stock of every SKU is what was there, plus the valid rows, minus what was sold."
      : `The stock is wrong:\n${differences.join("\n")}`,
  ].join("\n");
}

const printMemory = ({ files }: MemoryResult) =>
  [
    `The process of import-stock by the size of its file (${machine().summary})`,
    "",
    table([
      ["file", "rows", "seconds", "idle", "beyond it at most"],
      ...files.map(({ idleMegabytes, megabytes, peakMegabytes, rows, seconds }) => [
        `${megabytes} MB`,
        String(rows),
        seconds.toFixed(1),
        `${idleMegabytes.toFixed(0)} MB`,
        `${(peakMegabytes - idleMegabytes).toFixed(0)} MB`,
      ]),
    ]),
  ].join("\n");
