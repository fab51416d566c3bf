// A session as a file: the snapshot and the newest orders in full, as many as fit.
import type { OrderDetail, Session, Snapshot } from "./console-api.ts";

/** A file that a browser still opens at once. */
const MOST_CHARACTERS = 20_000_000;

/** Takes orders from `details` one after the other until the file is full. */
export async function sessionOf(
  snapshot: Snapshot,
  exportedAt: string,
  details: AsyncIterable<OrderDetail>,
  mostCharacters = MOST_CHARACTERS,
): Promise<Session> {
  const orders: OrderDetail[] = [];
  let characters = JSON.stringify(snapshot).length;
  for await (const detail of details) {
    characters += JSON.stringify(detail).length;
    if (characters > mostCharacters) break;
    orders.push(detail);
  }
  return { format: "order-saga-session", version: 1, exportedAt, snapshot, orders };
}
