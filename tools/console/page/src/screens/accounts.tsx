// The accounts: stock, money and mail as they are now, and every invariant of the protocol, green or red.
import type { InvariantRow, StockRow } from "../../../src/console-api.ts";
import { formatAmount } from "../parts/format.ts";
import { Badge } from "../parts/icons.tsx";
import { numberFrom, PlainTable, ScrolledTable } from "../parts/plain-table.tsx";
import { Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { Ago, OrderLink } from "../parts/values.tsx";
import { session } from "../state/store.ts";

export function AccountsScreen() {
  const { mails, orders, invariants, checkedAt, moreThan } = session.accounts.value;
  if (session.connection.value === "connecting") return <Loading what="the accounts" />;
  return (
    <Screen
      title="Accounts"
      actions={
        <>
          <Summary invariants={invariants} />
          {checkedAt && (
            <span class="quiet">
              checked <Ago at={checkedAt} />
            </span>
          )}
        </>
      }
    >
      {moreThan !== undefined && (
        <p role="note">
          There are more than {moreThan} orders, so money, mail and invariants are not read while the shop
          runs. Stock and queues are as they are now.
        </p>
      )}
      <div class="columns">
        <MoneyPanel />
        <Panel title="Stock">
          <Rows
            titles={["Product", "Available", "Reserved", "Sold"]}
            rows={[...session.stock.value.values()].flatMap(stockRows)}
          />
        </Panel>
        <Panel title="Mail and orders">
          <Rows
            titles={["Mail", "Sent", "Unknown", "Refused"]}
            rows={mails.map(({ kind, sent, unknown, refused }) => [kind, sent, unknown, refused])}
          />
          <Rows
            titles={["Orders", "Count"]}
            rows={orders.map(({ status, count }) => [status.toLowerCase().replaceAll("_", " "), count])}
          />
        </Panel>
      </div>
      <Panel title="Invariants of the protocol">
        <ScrolledTable
          label="Invariants"
          titles={["Invariant", "State", "What must hold", "Where it does not"]}
        >
          {invariants.map((row) => (
            <Invariant key={row.id} row={row} />
          ))}
        </ScrolledTable>
      </Panel>
    </Screen>
  );
}

function Summary({ invariants }: { invariants: readonly InvariantRow[] }) {
  if (invariants.every(({ state }) => state === "unchecked")) return null;
  const violated = invariants.filter(({ state }) => state === "violated");
  return violated.length === 0 ? (
    <span data-accounts="green">
      <Badge tone="ok">every invariant holds</Badge>
    </span>
  ) : (
    <span data-accounts="red">
      <Badge tone="bad">{violated.length} violated</Badge>
    </span>
  );
}

/** A product, and below it each of its buckets, if it has several. */
function stockRows({ sku, name, available, reserved, sold, buckets = [] }: StockRow) {
  const product = (
    <span key={sku} title={sku}>
      {name}
    </span>
  );
  const below = buckets.map((each, n) => [
    <span key={sku} class="quiet" data-bucket={`${sku} ${n}`}>
      bucket {n}
    </span>,
    each.available,
    each.reserved,
    each.sold,
  ]);
  return [[product, available, reserved, sold], ...below];
}

function MoneyPanel() {
  const { money } = session.accounts.value;
  return (
    <Panel title="Money">
      {money.length === 0 ? (
        <Empty title="No money moved yet">
          Buy something in the <a href="/console/shop">shop</a>.
        </Empty>
      ) : (
        <Rows
          titles={["Money", ...money.map(({ currency }) => currency)]}
          rows={moneyRows.map(([title, key]) => [
            title,
            ...money.map((each) => formatAmount(each[key], each.currency)),
          ])}
        />
      )}
    </Panel>
  );
}

const moneyRows = [
  ["Authorised, not yet captured", "authorized"],
  ["Captured", "captured"],
  ["Voided", "voided"],
  ["Refunded", "refunded"],
] as const;

const tones = { holds: "ok", violated: "bad", unchecked: "idle" } as const;

function Invariant({ row: { id, says, state, violations } }: { row: InvariantRow }) {
  return (
    <tr data-invariant={id}>
      <td>
        <strong>{id}</strong>
      </td>
      <td>
        <Badge tone={tones[state]}>{state === "unchecked" ? "by the simulator" : state}</Badge>
      </td>
      <td>{says}</td>
      <td>
        {violations.slice(0, 5).map(({ orderId, detail }) => (
          <div key={`${orderId}${detail}`}>
            {orderId && <OrderLink orderId={orderId} />} {detail}
          </div>
        ))}
      </td>
    </tr>
  );
}

function Rows({ titles, rows }: { titles: readonly string[]; rows: readonly preact.ComponentChildren[][] }) {
  return (
    <PlainTable titles={titles} numbersFrom={1}>
      {rows.map((cells, row) => (
        <tr key={`${row}`}>
          {cells.map((cell, index) => (
            <td key={titles[index]} class={numberFrom(1, index)}>
              {cell}
            </td>
          ))}
        </tr>
      ))}
    </PlainTable>
  );
}
