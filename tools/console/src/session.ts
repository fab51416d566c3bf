// A session as a file: the snapshot and the newest orders in full, as many as fit, written piece by piece.
import type { OrderDetail, Session, Snapshot } from "./console-api.ts";

/** A file that a browser still opens at once. */
const MOST_CHARACTERS = 20_000_000;

/** Takes orders from `details` as the file is read, one after the other, until it is full. */
export function sessionFile(
  snapshot: Snapshot,
  exportedAt: string,
  details: AsyncIterator<OrderDetail>,
  mostCharacters = MOST_CHARACTERS,
): ReadableStream<Uint8Array> {
  const head: Omit<Session, "orders"> = { format: "order-saga-session", version: 1, exportedAt, snapshot };
  const encoder = new TextEncoder();
  let characters = 0;
  let orders = 0;
  const piece = (text: string) => {
    characters += text.length;
    return encoder.encode(text);
  };
  return new ReadableStream({
    start: (controller) => controller.enqueue(piece(`${JSON.stringify(head).slice(0, -1)},"orders":[`)),
    async pull(controller) {
      const { done, value } = await details.next();
      const text = done ? "" : `${orders++ > 0 ? "," : ""}${JSON.stringify(value)}`;
      if (!done && characters + text.length <= mostCharacters) return controller.enqueue(piece(text));
      controller.enqueue(piece("]}"));
      controller.close();
    },
    cancel: () => void details.return?.(),
  });
}
