// One bulk: a cell for each of its orders, and the one result.
import type { BulkItem, BulkView } from "@order-saga/contracts/http";
import { useComputed } from "@preact/signals";
import { useLocation } from "preact-iso";
import { Badge } from "../../parts/icons.tsx";
import { PlainTable } from "../../parts/plain-table.tsx";
import { Answer, Panel } from "../../parts/screen.tsx";
import { Money, OrderLink } from "../../parts/values.tsx";
import { usePoll } from "../../state/poll.ts";
import { askShop } from "../../state/shop.ts";
import { session } from "../../state/store.ts";

export function OneBulk({ bulkId }: { bulkId: string }) {
  const bulk = usePoll<BulkView>(
    bulkId,
    () => wholeBulk(bulkId),
    ({ status }) => status === "COMPLETED",
  );
  return (
    <Panel title={`Bulk ${bulkId}`}>
      <Answer asked={bulk.value} what="the bulk">
        {(value) => (
          <div class="stack" data-bulk={value.status}>
            <Result bulk={value} />
            <Cells items={value.items} />
            <Failures items={value.items} />
          </div>
        )}
      </Answer>
    </Panel>
  );
}

/** All pages of its rows. */
async function wholeBulk(bulkId: string): Promise<BulkView> {
  const pageAt = (cursor: string) =>
    askShop<BulkView>("GET", `/bulk-orders/${bulkId}${cursor && `?cursor=${encodeURIComponent(cursor)}`}`);
  const first = await pageAt("");
  const items = [...first.items];
  for (let { next } = first; next !== undefined; ) {
    const page = await pageAt(next);
    items.push(...page.items);
    next = page.next;
  }
  return { ...first, items };
}

function Result({ bulk }: { bulk: BulkView }) {
  const { amount, cancelled, confirmed, count, currency, rejected, status } = bulk;
  return (
    <div class="row" role="status">
      <Badge tone={status === "COMPLETED" ? "ok" : "busy"}>{status.toLowerCase()}</Badge>
      <span>
        {confirmed} confirmed, {rejected} rejected, {cancelled} cancelled of {count}
      </span>
      <span class="grow" />
      <strong>
        <Money amount={amount} currency={currency} />
      </strong>
    </div>
  );
}

function Cells({ items }: { items: readonly BulkItem[] }) {
  return (
    <ol class="cells" aria-label="The orders of the bulk">
      {items.map((item) => (
        <Cell key={item.row} item={item} />
      ))}
    </ol>
  );
}

/** Its colour is the order's own state, which comes with the stream before the bulk has counted it. */
function Cell({ item: { orderId, reason, reference, row, status } }: { item: BulkItem }) {
  const { route } = useLocation();
  const known = useComputed(() => session.orders.value.get(orderId)?.status);
  const shown = known.value ?? status;
  const words = `${reference ?? `row ${row}`}: ${shown.toLowerCase()}${reason ? `, ${reason}` : ""}`;
  return (
    <li>
      <button
        type="button"
        class={`cell ${shown.toLowerCase()}`}
        data-status={shown}
        title={words}
        aria-label={words}
        onClick={() => route(`/console/orders/${orderId}`)}
      />
    </li>
  );
}

function Failures({ items }: { items: readonly BulkItem[] }) {
  const failed = items.filter(({ reason }) => reason !== undefined);
  if (failed.length === 0) return null;
  return (
    <PlainTable titles={["Row", "Reference", "Order", "Why"]}>
      {failed.slice(0, 50).map(({ orderId, reason, reference, row }) => (
        <tr key={row}>
          <td>{row}</td>
          <td>{reference}</td>
          <td>
            <OrderLink orderId={orderId} />
          </td>
          <td>{reason}</td>
        </tr>
      ))}
    </PlainTable>
  );
}
