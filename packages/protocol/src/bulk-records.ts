// The items in a bulk's partition beside its head: its rows as they were sent, how each ended, and counts.
import { bulkRecord, type Key } from "./records.ts";

export type NumberedKind = ReturnType<typeof numberedKind>;

/** Items such as `ROW#7`; `of` tells apart what two requests with one idempotency key sent. */
function numberedKind(name: string) {
  return {
    key: (bulkId: string, number: number, of = ""): Key => ({
      pk: bulkRecord.key(bulkId).pk,
      sk: `${name}#${of}${number}`,
    }),
    is: (item: { readonly sk?: unknown }) => typeof item.sk === "string" && item.sk.startsWith(`${name}#`),
    number: (sk: string) => Number(sk.slice(sk.lastIndexOf("#") + 1)),
  };
}

export const bulkChunk = /* @__PURE__ */ numberedKind("CHUNK");
export const bulkRow = /* @__PURE__ */ numberedKind("ROW");
export const bulkTally = /* @__PURE__ */ numberedKind("TALLY");
