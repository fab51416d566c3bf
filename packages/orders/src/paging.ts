// The paging parameters of a list, checked.
import { problem } from "@order-saga/messaging/http";

export type Page = { limit: number; cursor: string | undefined };

export function pageOf(query: Readonly<Record<string, string | undefined>>): Page {
  const limit = query.limit ?? "20";
  if (!/^[1-9]\d?$|^100$/.test(limit))
    throw problem(400, "invalid-limit", "limit must be a whole number from 1 to 100.");
  return { limit: Number(limit), cursor: query.cursor };
}

export function invalidCursor() {
  return problem(400, "invalid-cursor", "The cursor is not one this list has given.");
}
