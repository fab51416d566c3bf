// The paging of lists: parameters checked, and cursors that hide the place they name.
import { OrderId, Sku } from "@order-saga/contracts";
import { type HttpProblem, problem } from "@order-saga/messaging/http";

export type Page = { limit: number; cursor: string | undefined };

type Query = Readonly<Record<string, string | undefined>>;

/** Throws a problem for a parameter that the route does not know. */
export function refuseUnknown(query: Query, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw problem(400, "unknown-parameter", "The query has a parameter that this route does not know.", {
      detail: unknown.slice(0, 64),
    });
}

/** Throws a problem for a parameter that is malformed, or that the list does not know. */
export function pageOf(query: Query, filters: readonly string[] = []): Page {
  refuseUnknown(query, ["limit", "cursor", ...filters]);
  const limit = query.limit ?? "20";
  if (!/^([1-9]\d?|100)$/.test(limit))
    throw problem(400, "invalid-limit", "limit must be a whole number from 1 to 100.");
  return { limit: Number(limit), cursor: query.cursor };
}

/** An order's place among its customer's orders; text order is the order of time. */
export const orderPlace = ({ placedAt, orderId }: { placedAt: string; orderId: string }) =>
  `${placedAt}#${orderId}`;

/** A cursor that goes on after this place. */
export function cursorAfter(place: string): string {
  return Buffer.from(place).toString("base64url");
}

/** The order whose place the cursor names. Throws the problem `invalid-cursor`. */
export function placeOfOrder(cursor: string): { orderId: string; place: string } {
  const place = decode(cursor);
  const [placedAt = "", orderId, ...rest] = place.split("#");
  const id = OrderId.safeParse(orderId);
  const isPlace = id.success && rest.length === 0 && /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/.test(placedAt);
  if (!isPlace) throw invalidCursor();
  return { orderId: id.data, place };
}

/** The SKU that the cursor of a catalogue page names. Throws the problem `invalid-cursor`. */
export function placeOfProduct(cursor: string): string {
  const sku = Sku.safeParse(decode(cursor));
  if (!sku.success) throw invalidCursor();
  return sku.data;
}

/** The row after which a page of a bulk begins. Throws the problem `invalid-cursor`. */
export function placeOfRow(cursor: string): number {
  const place = decode(cursor);
  if (!/^\d{1,3}$/.test(place)) throw invalidCursor();
  return Number(place);
}

function decode(cursor: string): string {
  const place = Buffer.from(cursor, "base64url").toString();
  // Decoding skips what is not base64url, so that only the way back tells whether it was.
  if (cursorAfter(place) !== cursor) throw invalidCursor();
  return place;
}

function invalidCursor(): HttpProblem {
  return problem(400, "invalid-cursor", "The cursor is not one this list has given.");
}
