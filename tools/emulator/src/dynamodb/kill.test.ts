// After `kill -9` every answered write is there, and every transaction is whole, with its index entries.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { directoryForTest } from "../testing.ts";
import { createTables } from "./tables.ts";
import type { itemOf } from "./transaction-model.ts";

const TableName = "model";
const OPTIONS = { region: "eu-west-1", accountId: "000000000000" };

/** Writes pairs of items, one transaction after the other, several at once, and says which were answered. */
const writer = (directory: string, starts: number) => `
  import { createTables } from ${JSON.stringify(new URL("./tables.ts", import.meta.url).href)};
  import { itemOf, tableOf } from ${JSON.stringify(new URL("./transaction-model.ts", import.meta.url).href)};
  const tables = await createTables({
    directory: ${JSON.stringify(directory)}, starts: { starts: ${starts} }, now: () => 0, ...${JSON.stringify(OPTIONS)},
  });
  await tables.handle("CreateTable", tableOf("${TableName}"));
  await tables.handle("DescribeTable", { TableName: "${TableName}" });
  const put = (id, n) => ({ Put: { TableName: "${TableName}", Item: itemOf(id, { n, mark: "m" + (n % 3) }) } });
  const write = async (lane) => {
    for (let n = 1; ; n++) {
      const TransactItems = ["a", "b", "c" + n].map((name) => put(lane + name, n));
      const { status } = await tables.handle("TransactWriteItems", { TransactItems, ClientRequestToken: lane + n });
      if (status !== 200) throw new Error("A transaction was refused.");
      process.stdout.write(lane + n + "\\n");
    }
  };
  for (const lane of ["x", "y", "z"]) write(lane);`;

type Stored = ReturnType<typeof itemOf>;

test("nothing that was answered is lost, and nothing is half done", async () => {
  const directory = directoryForTest();
  for (const starts of [0, 1, 2, 3]) {
    const child = spawn(process.execPath, [
      "--input-type=module-typescript",
      "-e",
      writer(directory, starts),
    ]);
    let output = "";
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      errors += text;
    });
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (output.length > 1000 * (starts + 1)) child.kill("SIGKILL");
    });
    await once(child, "close");
    expect(output.length, errors).toBeGreaterThan(1000);

    const tables = await createTables({
      directory,
      now: () => 0,
      starts: { starts: starts + 1 },
      ...OPTIONS,
    });
    const read = async (operation: string, input: object) => {
      const { body } = await tables.handle(operation, { TableName, ...input });
      return (body as { Items: Stored[] }).Items;
    };
    const items = new Map((await read("Scan", {})).map((item) => [item.id.S, item]));
    for (const lane of ["x", "y", "z"]) {
      const last = Number(items.get(`${lane}a`)?.n.N);
      expect(items.get(`${lane}b`)?.n.N).toBe(String(last));
      expect(items.has(`${lane}c${last}`)).toBe(true);
      expect(items.has(`${lane}c${last + 1}`)).toBe(false);
      const answered = [...output.matchAll(new RegExp(`${lane}([0-9]+)\\n`, "g"))].map(([, n]) => Number(n));
      expect(last).toBeGreaterThanOrEqual(Math.max(...answered));
    }
    const indexed = await Promise.all(
      ["m0", "m1", "m2"].map((mark) =>
        read("Query", {
          IndexName: "byMark",
          KeyConditionExpression: "mark = :m",
          ExpressionAttributeValues: { ":m": { S: mark } },
        }),
      ),
    );
    expect(new Set(indexed.flat().map(({ id }) => id.S))).toEqual(new Set(items.keys()));
    await tables.close();
  }
}, 60_000);
