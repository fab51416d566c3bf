// Brings tables to rest that a killed process left half made or half deleted.
import { type Change, type Store, type Table, withPrefix } from "./dynalite.ts";

export async function settleTables({ db }: Store): Promise<void> {
  const changes: Change[] = [];
  for await (const [key, value] of db.iterator(withPrefix("table~"))) {
    const table = value as Table;
    if (table.TableStatus === "ACTIVE") continue;
    if (table.TableStatus === "DELETING") {
      const kinds = ["item-", "tag-", "index-local~", "index-global~"] as const;
      await Promise.all(kinds.map((kind) => db.clear(withPrefix(`${kind}${table.TableName}~`))));
      changes.push({ type: "del", key });
    } else changes.push({ type: "put", key, value: active(table) });
  }
  await db.batch(changes);
}

function active(table: Table): Table {
  const { GlobalSecondaryIndexes: indexes } = table;
  return {
    ...table,
    TableStatus: "ACTIVE",
    ...(indexes && {
      GlobalSecondaryIndexes: indexes.map((index) => ({ ...index, IndexStatus: "ACTIVE" })),
    }),
  };
}
