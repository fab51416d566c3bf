// The same order as eight durable steps, for engines that keep them.
import type { Effects } from "./effects.ts";

export type Step = <T>(name: string, act: () => Promise<T>) => Promise<T>;

/** Steps follow the laptop's: accept, reserve, authorise, tell, capture, commit, confirm, tell. */
export async function settleOrder(step: Step, orderId: string, effects: Effects): Promise<string> {
  await step("accept", () => effects.accept(orderId));
  await step("reserve", () => effects.reserve(orderId));
  const intent = await step("authorize", () => effects.authorize(orderId));
  await step("mail received", () => effects.tell(orderId, "received"));
  await step("capture", () => effects.capture(orderId, intent));
  await step("commit", () => effects.commit(orderId));
  await step("confirm", () => effects.confirm(orderId));
  await step("mail confirmed", () => effects.tell(orderId, "confirmed"));
  return "CONFIRMED";
}
