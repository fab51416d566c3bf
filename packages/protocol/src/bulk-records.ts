// The items in a bulk's partition beside its head: its rows as they were sent, how each ended, and counts.
import { numberedKind } from "./numbered-kind.ts";
import { bulkRecord } from "./records.ts";

export const bulkChunk = /* @__PURE__ */ numberedKind(bulkRecord, "CHUNK");
export const bulkRow = /* @__PURE__ */ numberedKind(bulkRecord, "ROW");
export const bulkTally = /* @__PURE__ */ numberedKind(bulkRecord, "TALLY");
