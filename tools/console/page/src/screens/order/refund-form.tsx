// Gives money of an order back, by an amount or by what came back, after a question that names the amount.
import type { RefundView } from "@order-saga/contracts";
import { useSignal } from "@preact/signals";
import type { OrderSummary } from "../../../../src/console-api.ts";
import { emptyForm, type RefundForm as Form, refundOf } from "../../layout/refund-form.ts";
import { shortId } from "../../layout/short-id.ts";
import { confirmFirst } from "../../parts/dialog.tsx";
import { formatMoney } from "../../parts/format.ts";
import { purchaseKeys } from "../../state/purchase.ts";
import { askShop } from "../../state/shop.ts";
import { session } from "../../state/store.ts";

type Props = { order: OrderSummary; refundable: number };

/** A refund is asked for once, however often the button is pressed after a lost answer. */
const keys = purchaseKeys();

export function RefundForm({ order, refundable }: Props) {
  const form = useSignal<Form>(emptyForm);
  const said = useSignal<{ words: string; isBad: boolean }>({ words: "", isBad: false });
  const change = (part: Partial<Form>) => {
    form.value = { ...form.value, ...part };
  };
  const give = async (body: object, price: string) => {
    const asked = form.value;
    try {
      const key = keys.keyFor({ orderId: order.orderId, body });
      const { status } = await askShop<RefundView>("POST", `/orders/${order.orderId}/refunds`, { body, key });
      keys.answered();
      // What was typed meanwhile is another refund.
      if (form.value === asked) form.value = { ...emptyForm, by: asked.by };
      said.value = { words: `${price}: ${wordsOf[status]}`, isBad: status === "failed" };
    } catch (error) {
      said.value = { words: (error as Error).message, isBad: true };
    }
  };
  const ask = () => {
    const found = refundOf(form.value, order, refundable);
    if ("problem" in found) {
      said.value = { words: found.problem, isBad: true };
      return;
    }
    said.value = { words: "", isBad: false };
    const price = formatMoney(found.amount, order.currency);
    confirmFirst({
      title: `Give back ${price} of ${shortId(order.orderId)}?`,
      detail: "The customer is written to once the provider has made the refund. It cannot be taken back.",
      act: `Give back ${price}`,
      onYes: () => give(found.body, price),
    });
  };
  return (
    <form
      class="refund"
      aria-label="Give money back"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <h3>Give money back</h3>
      <p class="quiet">{formatMoney(refundable, order.currency)} is left.</p>
      <Ways by={form.value.by} onChoose={(by) => change({ by })} />
      {form.value.by === "amount" ? (
        <label key="amount" class="field">
          Amount in {order.currency}
          <input
            inputMode="decimal"
            value={form.value.amount}
            onInput={(event) => change({ amount: event.currentTarget.value })}
          />
        </label>
      ) : (
        <Lines order={order} form={form.value} onChange={(lines) => change({ lines })} />
      )}
      {/* With a key, so that no field takes over another's length: Preact leaves a length of 0 behind. */}
      <label key="reason" class="field">
        Reason
        <input
          maxLength={200}
          value={form.value.reason}
          onInput={(event) => change({ reason: event.currentTarget.value })}
        />
      </label>
      <div class="row">
        <button type="submit" class="danger" disabled={session.connection.value !== "live"}>
          Give back …
        </button>
        <p role="status" class={said.value.isBad ? "outcome bad" : "outcome"}>
          {said.value.words}
        </p>
      </div>
    </form>
  );
}

const wordsOf: Record<RefundView["status"], string> = {
  requested: "asked for",
  pending: "pending at the provider",
  succeeded: "given back",
  failed: "refused by the provider",
};

function Ways({ by, onChoose }: { by: Form["by"]; onChoose: (by: Form["by"]) => void }) {
  const ways = { amount: "by amount", lines: "by what came back" } as const;
  return (
    <div class="row" role="radiogroup" aria-label="How much">
      {(["amount", "lines"] as const).map((way) => (
        <label key={way}>
          <input type="radio" name="refund-by" checked={by === way} onChange={() => onChoose(way)} />
          {ways[way]}
        </label>
      ))}
    </div>
  );
}

type LinesProps = { order: OrderSummary; form: Form; onChange: (lines: Form["lines"]) => void };

function Lines({ order: { lines }, form, onChange }: LinesProps) {
  return (
    <ul class="stack">
      {lines.map(({ quantity: bought, sku }) => {
        const { quantity, restock } = form.lines.get(sku) ?? { quantity: 0, restock: false };
        const set = (part: object) => onChange(new Map(form.lines).set(sku, { quantity, restock, ...part }));
        return (
          <li key={sku} class="row">
            <label>
              <input
                type="number"
                min={0}
                max={bought}
                value={quantity}
                onInput={(event) => set({ quantity: Number(event.currentTarget.value) })}
              />
              of {bought} × {sku}
            </label>
            <label>
              <input
                type="checkbox"
                checked={restock}
                onChange={(event) => set({ restock: event.currentTarget.checked })}
              />
              back in stock
            </label>
          </li>
        );
      })}
    </ul>
  );
}
