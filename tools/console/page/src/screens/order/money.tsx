// An order's money: its payment's ledger, what needs a person, and a form that gives a part of it back.
import type { OrderDetail } from "../../../../src/console-api.ts";
import { type Ledger, type LedgerRow, ledgerRows, refundableOf } from "../../layout/ledger.ts";
import { Badge } from "../../parts/icons.tsx";
import { ScrolledTable } from "../../parts/plain-table.tsx";
import { Panel } from "../../parts/screen.tsx";
import { Money, Time } from "../../parts/values.tsx";
import { RefundForm } from "./refund-form.tsx";
import "./money.css";

export function MoneyPanel({ detail: { facts, summary } }: { detail: OrderDetail }) {
  const ledger = facts.payment as Ledger | undefined;
  if (!ledger?.charge) return null;
  const refundable = refundableOf(ledger);
  return (
    <Panel title="Money" flush>
      {summary.attention && (
        <p class="attention" data-attention role="note">
          <Badge tone="bad">a person must look</Badge> {summary.attention}
        </p>
      )}
      <ScrolledTable
        label="The payment's ledger"
        titles={["What", "Amount", "State", "By whom, and why", "At"]}
      >
        {ledgerRows(ledger).map((row) => (
          <Row key={row.id} row={row} currency={summary.currency} />
        ))}
      </ScrolledTable>
      {refundable > 0 && summary.status === "CONFIRMED" && (
        <RefundForm order={summary} refundable={refundable} />
      )}
    </Panel>
  );
}

function Row({
  row: { amount, at, id, note, state, tone, what },
  currency,
}: {
  row: LedgerRow;
  currency: string;
}) {
  return (
    <tr data-entry={id}>
      <td>{what}</td>
      <td class="money">
        <Money amount={amount} currency={currency} />
      </td>
      <td>
        <Badge tone={tone}>{state}</Badge>
      </td>
      <td class="quiet">{note}</td>
      <td class="mono">{at && <Time at={at} />}</td>
    </tr>
  );
}
