// Injects faults into a delivery to a queue: doubled, late, garbled or refused.
import type { Delivery } from "./deliveries.ts";

export type DeliveryFault =
  /** The messages that are put on the queue instead. */
  | { copies: readonly { delaySeconds?: number; body?: string }[] }
  /** The queue refuses it with this SQS error, and EventBridge retries by the target's policy. */
  | { refusedWith: string };

/** `send` puts a message on a queue, delayed by some seconds if given, and resolves when it is there. */
export function withDeliveryFaults(
  send: (delivery: Delivery, delaySeconds?: number) => void | Promise<void>,
  faultOf: (delivery: Delivery) => DeliveryFault | undefined = () => undefined,
): (delivery: Delivery) => void | Promise<void> {
  return (delivery) => {
    const fault = faultOf(delivery);
    if (!fault) return send(delivery);
    if ("refusedWith" in fault) {
      throw Object.assign(new Error("The queue refuses it: a fault was asked for."), {
        name: fault.refusedWith,
      });
    }
    const sent = fault.copies.map(({ body = delivery.body, delaySeconds }) =>
      send({ ...delivery, body }, delaySeconds),
    );
    return Promise.all(sent).then(() => {});
  };
}
