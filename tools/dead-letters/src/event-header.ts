// Reads an event's order, id and type from a message's body.

/** A message of no order has no order id. */
export type EventHeader = { orderId?: string; eventId: string; eventType: string };

/**
 * Searches the text, because it runs on every delivery and parsing costs more. No event has fields with these
 * names in its data, so the first of each within the detail is the event's own.
 */
export function eventHeaderOf(body: string): EventHeader {
  const detail = body.indexOf('"detail":');
  if (detail < 0) return { eventId: "", eventType: "" };
  const orderId = textAfter(body, '"orderId":"', detail);
  return {
    ...(orderId !== undefined && /^ord_[0-9a-f]{32}$/.test(orderId) && { orderId }),
    eventId: textAfter(body, '"id":"', detail) ?? "",
    eventType: textAfter(body, '"detail-type":"', 0) ?? "",
  };
}

function textAfter(body: string, mark: string, from: number): string | undefined {
  const start = body.indexOf(mark, from);
  if (start < 0) return undefined;
  const end = body.indexOf('"', start + mark.length);
  return end < 0 ? undefined : body.slice(start + mark.length, end);
}
