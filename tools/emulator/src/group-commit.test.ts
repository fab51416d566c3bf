// The writes of one turn are one transaction, which is in the file before any write is answered.
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createGroupCommit } from "./group-commit.ts";

function aTable() {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE lines (line TEXT)");
  const insert = database.prepare("INSERT INTO lines VALUES (?)");
  const lines = () =>
    database
      .prepare("SELECT line FROM lines")
      .all()
      .map(({ line }) => line);
  const trouble: Error[] = [];
  let transactions = 0;
  let noted: string[] = [];
  const group = createGroupCommit(database, {
    write() {
      transactions++;
      for (const line of noted) insert.run(line);
      const error = trouble.pop();
      if (error) throw error;
    },
    written() {
      noted = [];
    },
  });
  const note = (line: string) => {
    noted.push(line);
    group.due();
    return group.done();
  };
  return { group, lines, note, trouble, transactions: () => transactions };
}

test("all of a turn is one transaction, the next turn's another", async () => {
  const { group, lines, note, transactions } = aTable();
  expect(group.done()).toBeUndefined();
  const both = [note("a"), Promise.resolve().then(() => note("b"))];
  expect(lines()).toEqual([]);
  await Promise.all(both);
  expect([lines(), transactions()]).toEqual([["a", "b"], 1]);
  expect(group.done()).toBeUndefined();
  await note("c");
  expect([lines(), transactions()]).toEqual([["a", "b", "c"], 2]);
});

test("what cannot be written is told to all who wait, is undone, and is written with the next", async () => {
  const { lines, note, trouble } = aTable();
  trouble.push(new Error("The disk is full."));
  const outcomes = await Promise.allSettled([note("a"), note("b")]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(lines()).toEqual([]);
  await note("c");
  expect(lines()).toEqual(["a", "b", "c"]);
});

test("a failed commit that no caller awaits is no unhandled rejection", async () => {
  const { group, note, trouble } = aTable();
  trouble.push(new Error("The disk is full."));
  void note("a")?.catch(() => {});
  group.now();
  await new Promise((resolve) => setTimeout(resolve, 5));
});
