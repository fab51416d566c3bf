// Items that share a record's partition and are numbered, such as `BULK#…`/`ROW#7`.
import type { Key, RecordKind } from "./records.ts";

export type NumberedKind = ReturnType<typeof numberedKind>;

/** `of` tells apart what two requests with one idempotency key sent. */
export function numberedKind(record: RecordKind, name: string) {
  return {
    key: (id: string, number: number, of = ""): Key => ({
      pk: record.key(id).pk,
      sk: `${name}#${of}${number}`,
    }),
    is: (item: { readonly sk?: unknown }) => typeof item.sk === "string" && item.sk.startsWith(`${name}#`),
    number: (sk: string) => Number(sk.slice(sk.lastIndexOf("#") + 1)),
  };
}
