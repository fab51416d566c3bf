// An order of the customer: where it stands, what the bank asks of them, what they got back, why it ended.
import type { PaymentView } from "@order-saga/contracts";
import { useComputed, useSignal } from "@preact/signals";
import type { OrderSummary } from "../../../../src/console-api.ts";
import { confirmCancellation } from "../../parts/cancel.ts";
import { formatDuration, formatMoney } from "../../parts/format.ts";
import { OrderBadge } from "../../parts/order-badge.tsx";
import { now, OrderLink } from "../../parts/values.tsx";
import { askShop, cancelOrder } from "../../state/shop.ts";
import { session } from "../../state/store.ts";
import { goToBank } from "./bank.ts";
import { reasonWords } from "./reasons.ts";

export function Bought({ orderId }: { orderId: string }) {
  const order = useComputed(() => session.orders.value.get(orderId));
  const said = useSignal("");
  const attempt = (act: () => Promise<unknown>, done = "") => {
    act().then(
      () => (said.value = done),
      (error: Error) => (said.value = error.message),
    );
  };
  const cancel = () => attempt(() => cancelOrder(orderId, "changed my mind"), "Cancellation asked for.");
  return (
    <li class="bought" data-order={orderId}>
      <div class="row">
        <OrderLink orderId={orderId} />
        {order.value ? (
          <OrderBadge order={order.value} />
        ) : (
          <span class="quiet">not known here any more</span>
        )}
        <span class="grow" />
        {order.value && isCancellable(order.value) && (
          <button
            type="button"
            onClick={() => order.value && confirmCancellation(order.value, cancel)}
            aria-label={`Cancel ${orderId}`}
          >
            Cancel
          </button>
        )}
      </div>
      {order.value?.actionBy && (
        <Asked orderId={orderId} actionBy={order.value.actionBy} onConfirm={attempt} />
      )}
      <p class="quiet">{order.value && customerWords(order.value)}</p>
      <p role="status" class="quiet">
        {said.value}
      </p>
    </li>
  );
}

const isCancellable = ({ status }: OrderSummary) => status !== "REJECTED" && status !== "CANCELLED";

function customerWords({ actionBy, amount, currency, reason, refunded, standing }: OrderSummary): string {
  if (refunded !== undefined) {
    const of = refunded < amount ? ` of ${formatMoney(amount, currency)}` : "";
    return `${reason ? `${reasonWords[reason]} ` : ""}${formatMoney(refunded, currency)}${of} was given back.`;
  }
  return reason ? reasonWords[reason] : actionBy ? "" : standing;
}

type AskedProps = {
  orderId: string;
  actionBy: string;
  onConfirm: (act: () => Promise<unknown>, done?: string) => void;
};

/** The customer's bank wants their yes; the order waits for it until `actionBy`. */
function Asked({ actionBy, onConfirm, orderId }: AskedProps) {
  const left = Date.parse(actionBy) - now.value;
  const confirm = async () => {
    const payment = await askShop<PaymentView>("GET", `/orders/${orderId}/payment`);
    if (!payment.nextAction) throw new Error("The bank does not wait for you any more.");
    goToBank(payment.nextAction.clientSecret);
  };
  return (
    <div class="asked" data-asked>
      <p>
        <strong>Your bank asks whether it is you.</strong>{" "}
        {left > 0 ? `Your tea waits for ${formatDuration(left)} more.` : "The time for it is over."}
      </p>
      <button type="button" class="first" disabled={left <= 0} onClick={() => onConfirm(confirm)}>
        Confirm with your bank
      </button>
    </div>
  );
}
