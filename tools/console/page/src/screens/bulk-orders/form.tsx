// Places a sample bulk: so many orders of the shop's products, some of them with a card that is declined.
import { newIdempotencyKey } from "@order-saga/client";
import { useSignal } from "@preact/signals";
import { Panel } from "../../parts/screen.tsx";
import { askShop } from "../../state/shop.ts";
import { session } from "../../state/store.ts";
import { sampleBulk } from "./sample.ts";

const sizes = [12, 100, 500] as const;

type Props = { onPlaced: (bulk: { bulkId: string; count: number }) => void };

export function BulkForm({ onPlaced }: Props) {
  const count = useSignal<number>(sizes[0]);
  const declined = useSignal(25);
  const said = useSignal("");
  const isBusy = useSignal(false);
  // Marked and not disabled, as a disabled button loses the focus.
  const canPlace = !isBusy.value && session.stock.value.size > 0 && session.connection.value === "live";
  const place = async () => {
    isBusy.value = true;
    said.value = "";
    const body = sampleBulk([...session.stock.value.values()], {
      count: count.value,
      declinedPercent: declined.value,
    });
    try {
      onPlaced(await askShop("POST", "/bulk-orders", { body, key: newIdempotencyKey() }));
    } catch (error) {
      said.value = (error as Error).message;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <Panel title="A sample">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (canPlace) void place();
        }}
      >
        <label class="field">
          Orders
          <input
            type="number"
            min={1}
            max={500}
            required
            value={count.value}
            list="bulk-sizes"
            onInput={(event) => (count.value = Number(event.currentTarget.value))}
          />
        </label>
        <datalist id="bulk-sizes">
          {sizes.map((size) => (
            <option key={size} value={size} />
          ))}
        </datalist>
        <label class="field">
          Declined cards, in percent
          <input
            type="number"
            min={0}
            max={100}
            required
            value={declined.value}
            onInput={(event) => (declined.value = Number(event.currentTarget.value))}
          />
        </label>
        <button type="submit" class="first" aria-disabled={!canPlace}>
          {isBusy.value ? "Placing …" : "Place the bulk"}
        </button>
        <p role="status" class="outcome bad">
          {said.value}
        </p>
      </form>
    </Panel>
  );
}
