// The items in a stock feed's partition beside its record: what each batch of rows changed, errors by line.
import { numberedKind } from "./numbered-kind.ts";
import { feedRecord } from "./records.ts";

export const feedBatch = /* @__PURE__ */ numberedKind(feedRecord, "BATCH");
export const feedErrors = /* @__PURE__ */ numberedKind(feedRecord, "ERRORS");
