// Every order the runtime knows: filtered by status, by whether it is stuck, and by text.
import { type Signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useLocation } from "preact-iso";
import type { OrderSummary } from "../../../src/console-api.ts";
import { Badge } from "../parts/icons.tsx";
import { Older } from "../parts/older.tsx";
import { OrderBadge } from "../parts/order-badge.tsx";
import { Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { SearchRow } from "../parts/search-row.tsx";
import { type Column, DataTable } from "../parts/table.tsx";
import { Ago, Money, OrderLink } from "../parts/values.tsx";
import { ask } from "../state/ask.ts";
import { filterOf, filterOrders, type OrderFilter, queryOf, statusFilters } from "../state/filters.ts";
import { addOrders, session } from "../state/store.ts";

const columns: readonly Column<OrderSummary>[] = [
  { title: "Order", width: "148px", cell: ({ orderId }) => <OrderLink orderId={orderId} /> },
  { title: "Status", width: "180px", cell: (order) => <OrderBadge order={order} /> },
  {
    title: "Where it stands",
    width: "minmax(160px, 1.6fr)",
    cell: ({ standing }) => <span title={standing}>{standing}</span>,
  },
  {
    title: "Lines",
    width: "minmax(90px, 0.5fr)",
    cell: ({ lines }) => lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(", "),
  },
  {
    title: "Amount",
    width: "110px",
    isNumber: true,
    cell: ({ amount, currency }) => <Money amount={amount} currency={currency} />,
  },
  { title: "Placed", width: "110px", isNumber: true, cell: ({ placedAt }) => <Ago at={placedAt} /> },
];

const PATH = "/console/orders";

export function OrdersScreen() {
  const { route, query } = useLocation();
  const first = filterOf(query);
  const text = useSignal(first.text);
  const status = useSignal(first.status);
  const onlyStuck = useSignal(first.onlyStuck);
  const all = useComputed(() => [...session.orders.value.values()]);
  const filter = useComputed(() => ({
    text: text.value,
    status: status.value,
    onlyStuck: onlyStuck.value,
  }));
  const rows = useComputed(() => filterOrders(all.value, filter.value));
  // Back from an order, the list is filtered as it was.
  useSignalEffect(() => history.replaceState(history.state, "", PATH + queryOf(filter.value)));
  if (session.connection.value === "connecting") return <Loading what="orders" />;
  return (
    <Screen
      title="Orders"
      actions={
        <span class="quiet" role="status">
          {rows.value.length} of {Math.max(session.counts.value.orders, all.value.length)}
        </span>
      }
    >
      <SearchRow label="Orders" hint="Order id, SKU or words" text={text}>
        <Filters status={status} onlyStuck={onlyStuck} />
      </SearchRow>
      <Panel title="Newest first" flush>
        {all.value.length === 0 ? (
          <Empty title="No order yet">
            Buy something in the <a href="/console/shop">shop</a>, or paste the <code>curl</code> line that{" "}
            <code>pnpm start</code> printed.
          </Empty>
        ) : rows.value.length === 0 ? (
          <Empty title="No order fits the filter">Take a word away, or choose another status.</Empty>
        ) : (
          <DataTable
            label="Orders"
            rows={rows.value}
            columns={columns}
            keyOf={({ orderId }) => orderId}
            onOpen={({ orderId }) => route(`${PATH}/${orderId}`)}
            height="max(320px, calc(100dvh - 260px))"
          />
        )}
      </Panel>
      <OlderOrders filter={filter.value} last={rows.value.at(-1)?.orderId} />
      {rows.value.some(({ isStuck }) => isStuck) && (
        <p class="row quiet">
          <Badge tone="bad">stuck</Badge> A person must look: a dead letter, a mail of unknown fate, or past
          its bound.
        </p>
      )}
    </Screen>
  );
}

/** The page has the newest orders; the laptop is asked for the others. */
function OlderOrders({ filter, last }: { filter: OrderFilter; last: string | undefined }) {
  const hidden = session.counts.value.orders - session.orders.value.size;
  const id = /^ord_[0-9a-f]{32}$/.exec(filter.text.trim())?.[0];
  if (id !== undefined && last === undefined)
    return (
      <p>
        <a href={`${PATH}/${id}`}>Open {id}</a>, which is not among the orders that are listed.
      </p>
    );
  if (hidden <= 0) return null;
  const load = async () => {
    const query = new URLSearchParams(queryOf(filter));
    if (last !== undefined) query.set("before", last);
    const rows = await ask<OrderSummary[]>(`orders?${query}`);
    addOrders(session, rows);
    return rows.length === 0 ? "None of the older ones fits." : "";
  };
  return <Older load={load}>Look among the {hidden} that are not listed</Older>;
}

type FilterSignals = { status: Signal<OrderFilter["status"]>; onlyStuck: Signal<boolean> };

function Filters({ status, onlyStuck }: FilterSignals) {
  return (
    <>
      <label>
        Status
        <select
          value={status.value}
          onChange={(event) => (status.value = event.currentTarget.value as OrderFilter["status"])}
        >
          {statusFilters.map((each) => (
            <option key={each} value={each}>
              {each.toLowerCase().replaceAll("_", " ")}
            </option>
          ))}
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={onlyStuck.value}
          onChange={(event) => (onlyStuck.value = event.currentTarget.checked)}
        />
        Only what is stuck
      </label>
    </>
  );
}
