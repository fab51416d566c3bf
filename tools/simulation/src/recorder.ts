// Records a simulated world for its checkers: what each step touched, and everything so far.
import type { Change } from "@order-saga/inventory/feed/feed";
import { feedBatch } from "@order-saga/protocol/feed-records";
import { adjustmentRecord, productRecord, stockRecord } from "@order-saga/protocol/records";
import type { Delivery, Item, LostMessage, Observed, Step } from "./checkers/observed.ts";
import { decodeItem } from "./decode-item.ts";
import type { Message } from "./queue.ts";
import { subjectIn } from "./subject.ts";

export type Recorder = ReturnType<typeof createRecorder>;

type Lists = Pick<Observed, "calls" | "mails" | "published" | "webhooks">;

const nothing = () => ({ orderIds: new Set<string>(), skus: new Set<string>(), written: [] as Item[] });

export function createRecorder(now: () => number) {
  let isTouched = false;
  let touched = nothing();
  const seen = { published: 0, mails: 0, calls: 0, lines: 0, deliveries: 0, webhooks: 0 };
  const lines: string[] = [];
  const timersActed: string[] = [];
  const deliveries: Delivery[] = [];
  const lost: LostMessage[] = [];
  const stocked = new Map<string, number>();
  const prices = new Map<string, { from: number; unitPrice: number }[]>();

  function touch(orderId: string | undefined): void {
    isTouched = true;
    if (orderId !== undefined) touched.orderIds.add(orderId);
  }

  return {
    lines,
    timersActed,
    deliveries,
    lost,
    stocked,
    prices,
    touch,
    wrote(item: Item): void {
      const pk = String(item.pk);
      touch(subjectIn(pk));
      touched.written.push(decodeItem(item));
      if (stockRecord.is(item)) touched.skus.add(String(item.sku));
      const put = (sku: string, delta: number) => stocked.set(sku, (stocked.get(sku) ?? 0) + delta);
      if (adjustmentRecord.is(item) && item.answer === undefined) put(String(item.sku), Number(item.delta));
      if (feedBatch.is(item)) for (const { delta, sku } of item.changes as Change[]) put(sku, delta);
      if (!productRecord.is(item)) return;
      const sku = productRecord.id(pk);
      prices.set(sku, [...(prices.get(sku) ?? []), { from: now(), unitPrice: Number(item.unitPrice) }]);
    },
    logged(functionName: string, line: string): void {
      isTouched = true;
      lines.push(line);
      if (line.includes('"message":"sweep acted"')) timersActed.push(functionName);
    },
    delivered(to: string, { eventType, orderId, poison }: Message): void {
      touch(orderId);
      deliveries.push({ at: now(), to, orderId, eventType, poison });
    },
    lose(to: string, { eventType, orderId }: Message): void {
      lost.push({ to, orderId, eventType });
    },
    /** What was touched since the last call; undefined if nothing was. */
    takeStep({ calls, mails, published, webhooks }: Lists): Step | undefined {
      if (!isTouched) return undefined;
      const step: Step = { ...touched, from: { ...seen } };
      isTouched = false;
      touched = nothing();
      seen.published = published.length;
      seen.mails = mails.length;
      seen.calls = calls.length;
      seen.lines = lines.length;
      seen.deliveries = deliveries.length;
      seen.webhooks = webhooks.length;
      return step;
    },
  };
}
