// What a person of the shop should hear of: alarms count these lines.
import type { Log } from "@order-saga/messaging";
import type { Payment } from "./payment.ts";
import type { ProviderUnavailable } from "./ports.ts";

/** Logs what a write has made known, given the payment before and after. */
export function notice(before: Payment, after: Payment, log: Log): void {
  for (const refund of after.refunds) {
    const was = before.refunds.find(({ id }) => id === refund.id)?.status;
    if (refund.status === "FAILED" && was !== "FAILED")
      log("error", "a refund failed", { errorName: refund.code ?? "refused" });
  }
  const declined = after.events.PaymentDeclined;
  if (declined?.data.reason === "shop_error" && !before.events.PaymentDeclined)
    log("error", "the provider refuses the shop", { errorName: declined.data.code });
  const { charge, settlement, taken } = after;
  if (settlement === "CAPTURED" && before.settlement !== "CAPTURED" && (taken ?? 0) < (charge?.amount ?? 0))
    log("warn", "less was captured than the order costs");
  if (after.decision === "ABORT" && taken !== undefined && before.taken === undefined)
    log("warn", "another hand captured after the order was given up");
  if (after.disputes.length > before.disputes.length) log("warn", "a dispute was opened");
}

/** Logs why the provider gave no outcome: by its own fault, or by the shop's. */
export function noticeUnavailable({ message, ofShop }: ProviderUnavailable, log: Log): void {
  if (ofShop) log("error", "the provider refuses the shop", { errorName: ofShop });
  else log("warn", "the provider gave no outcome; the schedule goes on", { reason: message });
}
