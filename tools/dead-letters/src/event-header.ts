// Reads what a message is about, and its event's id and type, from its body.

export type EventHeader = {
  /** Only of a message about an order. */
  orderId?: string;
  /** The order, bulk or feed that it is about, if it names one. */
  subject?: string;
  /** Empty where the message is no event of ours. */
  eventId: string;
  /** Empty for a task. */
  eventType: string;
};

/**
 * Searches the text, because it runs on every delivery and parsing costs more. No event has fields with these
 * names in its data, so the first of each within the detail is the event's own.
 */
export function eventHeaderOf(body: string): EventHeader {
  const detail = body.indexOf('"detail":');
  const about = aboutOf(body, Math.max(0, detail));
  if (detail < 0) return { ...about, eventId: "", eventType: "" };
  return {
    ...about,
    eventId: textAfter(body, '"id":"', detail) ?? "",
    eventType: textAfter(body, '"detail-type":"', 0) ?? "",
  };
}

/** An order's event may also name its bulk, so the order comes first; an upload has its feed in its key. */
function aboutOf(body: string, from: number): Pick<EventHeader, "orderId" | "subject"> {
  const orderId = textAfter(body, '"orderId":"', from);
  if (orderId !== undefined && /^ord_[0-9a-f]{32}$/.test(orderId)) return { orderId, subject: orderId };
  const subject = /\b(?:bulk|feed)_[0-9a-f]{32}\b/.exec(body.slice(from))?.[0];
  return subject === undefined ? {} : { subject };
}

function textAfter(body: string, mark: string, from: number): string | undefined {
  const start = body.indexOf(mark, from);
  if (start < 0) return undefined;
  const end = body.indexOf('"', start + mark.length);
  return end < 0 ? undefined : body.slice(start + mark.length, end);
}
