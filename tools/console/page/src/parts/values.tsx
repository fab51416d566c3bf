// Moments, durations, money and orders as a person reads them.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { shortId } from "../layout/short-id.ts";
import { session } from "../state/store.ts";
import { formatClock, formatDuration, formatMoney } from "./format.ts";

/** The runtime's time, in milliseconds, as far as this page knows it; it ticks once a second. */
export const now = signal(0);

export function useClock(): void {
  useEffect(() => {
    const read = () => {
      const isFile = session.connection.peek() === "file";
      const since = isFile ? 0 : Date.now() - session.clockReadAt.peek();
      now.value = Date.parse(session.clock.peek().now) + since;
    };
    read();
    const stopReading = session.clock.subscribe(read);
    const timer = setInterval(read, 1000);
    return () => {
      stopReading();
      clearInterval(timer);
    };
  }, []);
}

/** The time of day; the whole moment is in the tooltip. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at}>
      {formatClock(at)}
    </time>
  );
}

/** How long ago, or in how long, by the runtime's clock. */
export function Ago({ at }: { at: string }) {
  const milliseconds = Date.parse(at) - now.value;
  // The page's clock ticks once a second: closer than that is neither before nor after.
  if (Math.abs(milliseconds) < 1000) {
    return (
      <time dateTime={at} title={at}>
        now
      </time>
    );
  }
  const words = formatDuration(Math.abs(milliseconds));
  return (
    <time dateTime={at} title={at}>
      {milliseconds > 0 ? `in ${words}` : `${words} ago`}
    </time>
  );
}

export function Money({ amount, currency }: { amount: number; currency: string }) {
  return <span>{formatMoney(amount, currency)}</span>;
}

/** An event or a mail may also be about a bulk of orders or a stock feed, which have screens of their own. */
export function OrderLink({ orderId }: { orderId: string }) {
  return (
    <a class="mono" href={pageOf(orderId)} title={orderId}>
      {shortId(orderId)}
    </a>
  );
}

function pageOf(id: string): string {
  if (id.startsWith("bulk_")) return `/console/bulk-orders?bulk=${id}`;
  return id.startsWith("feed_") ? `/console/feeds?feed=${id}` : `/console/orders/${encodeURIComponent(id)}`;
}

/** Text of a document, in which backticks mark code. */
export function Marked({ text }: { text: string }) {
  return (
    <>
      {text
        .split("`")
        .map((each, index) => (index % 2 === 1 ? <code key={`${index}-${each}`}>{each}</code> : each))}
    </>
  );
}
