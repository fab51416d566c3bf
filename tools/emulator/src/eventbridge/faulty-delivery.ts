// A delivery to a queue that comes twice, late, garbled, or not at all for now.
import type { Delivery } from "./deliveries.ts";

export type DeliveryFault =
  /** What is put on the queue in place of the one message. */
  | { copies: readonly { delaySeconds?: number; body?: string }[] }
  /** The queue refuses it with this SQS error; EventBridge tries again by the target's retry policy. */
  | { refusedWith: string };

/** `send` puts a message on a queue, after some seconds if it is told so; it is there when its promise resolves. */
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
