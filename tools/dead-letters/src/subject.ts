// Reads order, event and type from a message's body without parsing all of it: every delivery is looked at.
import type { MessageSubject } from "./inputs.ts";

/** Fields of no event have these names inside its data, so the first of each within the detail is the event's own. */
export function subjectOf(body: string): MessageSubject {
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
