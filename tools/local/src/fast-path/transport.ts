// The way to the payment provider without a wire: a call goes to the one in this process, as AWS's commands
// do.
import type { PaymentAnswer, PaymentCall } from "@order-saga/emulator";
import type { Transport } from "@order-saga/messaging/transport";

/** A lost answer rejects, as a connection that was cut; an answer that comes after the signal is dropped. */
export function transportThrough(ask: (call: PaymentCall) => Promise<PaymentAnswer>): Transport {
  return ({ signal, ...call }) =>
    new Promise((resolve, reject) => {
      const giveUp = () => reject(signal.reason);
      signal.addEventListener("abort", giveUp);
      ask(call)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener("abort", giveUp));
    });
}
