// A small storefront over the public API: products, basket, test cards, live status.

import { ApiProblem } from "@order-saga/client";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { StockRow } from "../../../src/console-api.ts";
import { shortId } from "../layout/short-id.ts";
import { Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { Money } from "../parts/values.tsx";
import { basket, putIntoBasket } from "../state/basket.ts";
import { purchaseKeys } from "../state/purchase.ts";
import { shop } from "../state/shop.ts";
import { session } from "../state/store.ts";
import { wordsOnReturn } from "./shop/bank.ts";
import { Bought } from "./shop/bought.tsx";
import { cards } from "./shop/cards.ts";
import { checkoutOf } from "./shop/checkout.ts";
import "./shop/shop.css";

export function ShopScreen() {
  const bought = useSignal<readonly string[]>(
    JSON.parse(sessionStorage.getItem("bought") ?? "[]") as string[],
  );
  if (session.connection.value === "connecting") return <Loading what="the shop" />;
  const products = [...session.stock.value.values()];
  const onBought = (orderId: string) => {
    basket.value = new Map();
    bought.value = [orderId, ...bought.value].slice(0, 10);
    sessionStorage.setItem("bought", JSON.stringify(bought.value));
  };
  return (
    <Screen title="Shop">
      <div class="shop">
        <Panel title="Products">
          {products.length === 0 ? (
            <Empty title="Nothing is for sale">
              The catalogue is empty; <code>pnpm start</code> puts eight products in.
            </Empty>
          ) : (
            <ul class="products">
              {products.map((product) => (
                <Product
                  key={product.sku}
                  product={product}
                  inBasket={basket.value.get(product.sku) ?? 0}
                  onPut={(quantity) => putIntoBasket(product.sku, quantity)}
                />
              ))}
            </ul>
          )}
        </Panel>
        <div class="stack">
          <Checkout basket={basket.value} products={products} onBought={onBought} />
          <Panel title="Your orders">
            <FromBank />
            {bought.value.length === 0 ? (
              <p class="quiet">What you buy appears here, and follows the saga live.</p>
            ) : (
              <ul class="stack">
                {bought.value.map((orderId) => (
                  <Bought key={orderId} orderId={orderId} />
                ))}
              </ul>
            )}
          </Panel>
        </div>
      </div>
    </Screen>
  );
}

function Product({
  product,
  inBasket,
  onPut,
}: {
  product: StockRow;
  inBasket: number;
  onPut: (quantity: number) => void;
}) {
  const { sku, name, unitPrice, currency, available } = product;
  const more = useRef<HTMLButtonElement>(null);
  return (
    <li class="product" data-sku={sku}>
      <strong>{name}</strong>
      <span class="price">
        <Money amount={unitPrice} currency={currency} />
      </span>
      <span class={available === 0 ? "left none" : "left"}>
        {available === 0 ? "sold out; try it" : `${available} left`}
      </span>
      {/* One button adds the first and the next, so that it keeps the focus. */}
      <span class="row many">
        {inBasket > 0 && (
          <>
            <button
              type="button"
              onClick={() => {
                if (inBasket === 1) more.current?.focus();
                onPut(inBasket - 1);
              }}
              aria-label={`One ${name} fewer`}
            >
              −
            </button>
            <output aria-label={`${name} in the basket`}>{inBasket}</output>
          </>
        )}
        <button
          key="more"
          ref={more}
          type="button"
          onClick={() => onPut(inBasket + 1)}
          aria-label={inBasket === 0 ? `Add ${name} to the basket` : `One ${name} more`}
        >
          {inBasket === 0 ? "Add" : "+"}
        </button>
      </span>
    </li>
  );
}

const keys = purchaseKeys();

/** The order was not accepted. After a 429 or a 5xx it may have been; only a retry with its key tells. */
const isRefusal = (error: unknown): error is ApiProblem =>
  error instanceof ApiProblem && error.status < 500 && error.status !== 429;

function inWords({ retryAfterSeconds: seconds = 1 }: ApiProblem): string {
  return seconds < 100 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

function refusalOf(error: unknown): string {
  if (error instanceof ApiProblem && error.type === "busy")
    return `There are more orders than we can handle just now. Press Buy again in ${inWords(error)}: you keep your place.`;
  if (!isRefusal(error)) return "No answer. Press Buy again: the order is placed only once.";
  return `${error.message} ${error.errors[0]?.detail ?? error.detail ?? ""}`;
}

type CheckoutProps = {
  basket: ReadonlyMap<string, number>;
  products: readonly StockRow[];
  onBought: (orderId: string) => void;
};

function Checkout({ basket, products, onBought }: CheckoutProps) {
  const card = useSignal(cards[0]?.method ?? "");
  const said = useSignal<{ words: string; isBad: boolean }>({ words: "", isBad: false });
  const isBusy = useSignal(false);
  const { bill, currency, expectedTotal, lines } = checkoutOf(basket, products);
  // Marked and not disabled, as a disabled button loses the focus.
  const canBuy = lines.length > 0 && !isBusy.value && session.connection.value === "live";
  const buy = async () => {
    if (!canBuy) return;
    isBusy.value = true;
    said.value = { words: "", isBad: false };
    const order = {
      contact: { email: "ada@example.com", name: "Ada" },
      currency,
      lines,
      paymentMethod: card.value,
      expectedTotal,
    };
    try {
      const { orderId } = await shop.placeOrder(order, keys.keyFor(order));
      keys.answered();
      onBought(orderId);
      said.value = { words: `Accepted as ${shortId(orderId)}`, isBad: false };
    } catch (error) {
      if (isRefusal(error)) keys.answered();
      said.value = { words: refusalOf(error), isBad: true };
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <Panel title="Basket">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void buy();
        }}
      >
        <Basket {...{ bill, currency, expectedTotal }} />
        <label class="field">
          Test card
          <select value={card.value} onChange={(event) => (card.value = event.currentTarget.value)}>
            {cards.map(({ method, words }) => (
              <option key={method} value={method}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="first" aria-disabled={!canBuy}>
          {isBusy.value ? "Placing …" : "Buy"}
        </button>
        <p role="status" class={said.value.isBad ? "outcome bad" : "outcome"}>
          {said.value.words}
        </p>
      </form>
    </Panel>
  );
}

type BasketProps = Pick<ReturnType<typeof checkoutOf>, "bill" | "currency" | "expectedTotal">;

function Basket({ bill: { beside, rows }, currency, expectedTotal }: BasketProps) {
  if (rows.length === 0) return <p class="quiet">Empty. Add a product.</p>;
  return (
    <ul class="basket">
      {rows.map(({ amount, line }) => (
        <li key={line.sku} class="row spread">
          <span>
            {line.quantity} × {line.name}
          </span>
          <Money amount={amount} currency={currency} />
        </li>
      ))}
      {beside !== 0 && (
        <li class="row spread">
          <span>Fees and discounts</span>
          <Money amount={beside} currency={currency} />
        </li>
      )}
      <li class="row spread total">
        <strong>Total</strong>
        <strong>
          <Money amount={expectedTotal} currency={currency} />
        </strong>
      </li>
    </ul>
  );
}

/** The provider puts the intent and its secret into the address; they have no business in the history. */
function FromBank() {
  const { query } = useLocation();
  const words = useSignal(wordsOnReturn(query));
  useEffect(() => {
    if (words.value !== undefined) history.replaceState(history.state, "", location.pathname);
  }, []);
  return words.value === undefined ? null : (
    <p class="from-bank" role="status">
      {words.value}
    </p>
  );
}
