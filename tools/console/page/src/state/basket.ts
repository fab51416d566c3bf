// The shop's basket, kept while the page shows other screens and over a reload.
import { effect, signal } from "@preact/signals";

const KEPT = "basket";

export const basket = signal<ReadonlyMap<string, number>>(
  new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") as [string, number][]),
);
effect(() => sessionStorage.setItem(KEPT, JSON.stringify([...basket.value])));

/** None takes the product out. */
export function putIntoBasket(sku: string, quantity: number): void {
  const next = new Map(basket.value);
  if (quantity > 0) next.set(sku, quantity);
  else next.delete(sku);
  basket.value = next;
}
