// The same order as eight durable steps, for engines that keep them: what a step does is a map's change, no more.

export type Step = <T>(name: string, act: () => Promise<T>) => Promise<T>;

const stock = { available: 1_000_000, reserved: 0, sold: 0 };

/**
 * Steps follow the laptop's: accept, reserve, authorise, tell, capture, commit, confirm, tell. They ask no table, no
 * provider and no mail server, all of which the laptop does: the peers are measured at their best.
 */
export async function settleOrder(step: Step, orderId: string): Promise<string> {
  await step("accept", async () => ({ orderId, sku: "TEA-EARL-GREY", quantity: 1, amount: 990 }));
  await step("reserve", async () => {
    stock.available--;
    stock.reserved++;
    return { orderId, held: 1 };
  });
  await step("authorize", async () => ({ intent: `pi_${orderId}`, amount: 990 }));
  await step("mail received", async () => ({ messageId: `<received.${orderId}>` }));
  await step("capture", async () => ({ intent: `pi_${orderId}`, captured: 990 }));
  await step("commit", async () => {
    stock.reserved--;
    stock.sold++;
    return { orderId, sold: 1 };
  });
  await step("confirm", async () => ({ orderId, status: "CONFIRMED" }));
  await step("mail confirmed", async () => ({ messageId: `<confirmed.${orderId}>` }));
  return "CONFIRMED";
}
