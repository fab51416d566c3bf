// Mistakes in bulks of orders and in stock feeds: rows counted twice or never, and results said of less.
import type { Mutant } from "./mutant.ts";

const rules = "orders/src/bulk/bulk.ts";
const settle = "orders/src/bulk/settle.ts";
const sweeps = "orders/src/bulk/sweeps.ts";
const bulkStore = "orders/src/store/bulks-dynamodb.ts";
const tasks = "messaging/src/tasks.ts";
const imports = "inventory/src/feed/import.ts";
const feedStore = "inventory/src/store/feeds-dynamodb.ts";

export const bulkAndFeedMutants: readonly Mutant[] = [
  {
    name: "row-counted-without-condition",
    why: "A row's end is put and counted whether or not it was there, so that a repeated event counts again.",
    file: bulkStore,
    find: '{ Put: { TableName, Item, ConditionExpression: "attribute_not_exists(pk)" } },',
    replace: "{ Put: { TableName, Item } },",
  },
  {
    name: "bulk-head-before-its-rows",
    why: "The head of a bulk is written first, so that a crash leaves a bulk without rows.",
    file: bulkStore,
    find: "      for (const [number, rows] of chunks.entries())\n",
    replace:
      "      await client.send(new PutCommand({ TableName, Item: toItem(bulk), ConditionExpression }));\n" +
      "      for (const [number, rows] of chunks.entries())\n",
    also: [
      {
        file: bulkStore,
        find: "return codes ? ((await firstOf(ids)) ?? again) : bulk;",
        replace: "return codes ? bulk : bulk;",
      },
    ],
  },
  {
    name: "failed-tasks-dropped",
    why: "SendMessageBatch has answered, so every task is taken to be sent; and no sweep looks for those that are not.",
    file: tasks,
    find: "if (Failed.length === 0) return;",
    replace: "if (Failed.length >= 0) return;",
    also: [
      {
        file: sweeps,
        find: "if (unplaced.length > 0) await sendTasks",
        replace: "if (unplaced.length < 0) await sendTasks",
      },
    ],
  },
  {
    name: "bulk-result-said-anew",
    why: "Every row that comes after the last one makes the result again, with its own cause.",
    file: settle,
    find: "if (read.tallies[part]) return { answer: resultOf(read, cause) };",
    replace:
      "if (!read.events.BulkCompleted && read.tallies[part]) return { answer: resultOf(read, cause) };",
    also: [
      { file: rules, find: "if (bulk.tallies[part]) return bulk;", replace: "" },
      { file: rules, find: "return !isCompleted(bulk) && known.size", replace: "return known.size" },
    ],
  },
  {
    name: "bulk-done-at-its-first-rows",
    why: "A part is taken for whole as soon as one of its rows has ended.",
    file: rules,
    find: "return settledIn(tally) === rowsInPart(bulk, part).length;",
    replace: "return settledIn(tally) > 0;",
  },
  {
    name: "stock-changed-before-the-place",
    why: "The stock of a batch is changed in one write and the feed's place in the next, so a crash applies it twice.",
    file: feedStore,
    find: "      const codes = await transact(table, [\n        { Put: put(next) },\n",
    replace:
      "      if (changes.length > 0) await transact(table, changes.flatMap((change) => writesOf(TableName, change, stock.get(change.sku) ?? [])));\n" +
      "      const codes = await transact(table, [\n        { Put: put(next) },\n",
    also: [
      {
        file: feedStore,
        find: "        ...changes.flatMap((change) => writesOf(TableName, change, stock.get(change.sku) ?? [])),\n",
        replace: "",
      },
    ],
  },
  {
    name: "place-moved-before-the-rows",
    why: "The feed's place moves on first, as a marker, and what follows is lost in a crash.",
    file: feedStore,
    find: "      const codes = await transact(table, [\n        { Put: put(next) },\n",
    replace:
      '      if ((await writeIf(() => client.send(new PutCommand(put(next))))) !== "written") return "lost";\n' +
      "      const codes = await transact(table, [\n        { ConditionCheck: stillNewest(TableName, next) },\n",
    also: [
      {
        file: feedStore,
        find: "        { ConditionCheck: stillNewest(TableName, next) },\n        ...changes",
        replace: "        ...changes",
      },
    ],
  },
  {
    name: "older-file-accepted",
    why: "A file is claimed whatever has come under its key since.",
    file: feedStore,
    find: 'ConditionExpression: "attribute_not_exists(pk) OR sequencer <= :sequencer",',
    replace: 'ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(pk)",',
  },
  {
    name: "feed-said-under-the-newest-name",
    why: "A reaction keeps the feed it works on in its module, where another batch of the same process finds it.",
    file: imports,
    find: "    let feed = await claim(ports, upload, context.now);\n",
    replace: "    let feed = (current = await claim(ports, upload, context.now));\n    feed = current;\n",
    also: [
      {
        file: imports,
        find: "export function importStockHandler(",
        replace: "let current: Feed;\n\nexport function importStockHandler(",
      },
      {
        file: imports,
        find: "return saidOf(feed);",
        replace: "return saidOf(hasEnded(current) ? current : feed);",
      },
    ],
  },
  {
    name: "bulk-sweep-heals-nothing",
    why: "The sweep warns of a bulk that is not complete in time, and leaves the asking to a person.",
    file: sweeps,
    find: "    await heal(ports, bulk, { part, rows, now });\n",
    replace: "    if (part < 0) await heal(ports, bulk, { part, rows, now });\n",
  },
  {
    name: "level-without-condition",
    why: "A level is set by the difference to what was read, whatever has been reserved or given back since.",
    file: feedStore,
    find: "isLevel ? `available = :read AND",
    replace: "isLevel ? `restocked >= :read AND",
    also: [{ file: feedStore, find: '{ ":read": head?.available }', replace: '{ ":read": -1_000_000_000 }' }],
  },
  {
    name: "continuation-lost",
    why: "An import that runs out of time acknowledges its message, and sends nothing that goes on.",
    file: imports,
    find: "    await ports.sendTasks([{ body: JSON.parse(context.body) }]);\n",
    replace: "",
  },
];
