// The doorbell: the provider, or a clerk, says that there is something to look at, and payment looks.
import { OrderId } from "@order-saga/contracts";
import type { ReactTo } from "@order-saga/messaging";
import type { SendTasks } from "@order-saga/messaging/tasks";
import * as z from "zod/mini";
import { byClock, finish, publishRest, writeOver } from "./finish.ts";
import { join, type Look } from "./look.ts";
import { notice } from "./notices.ts";
import { isBeingAuthorized, type Payment, withUnpublished } from "./payment.ts";
import { ProviderUnavailable, type SweepPorts } from "./ports.ts";
import { ringTask } from "./ring.ts";

/** Which intent to look at; nothing else of what rang is believed. */
export const Ring = z.object({
  intentId: z.string().check(z.regex(/^[A-Za-z0-9_]{1,100}$/)),
  /** Where the sender knows it: only for the turn of its customer. */
  orderId: z.optional(OrderId),
  /** How often the provider gave no answer to this ring. */
  tries: z._default(z.int().check(z.gte(0)), 0),
});
export type Ring = z.infer<typeof Ring>;

const FIRST_WAIT_SECONDS = 15;
const LONGEST_WAIT_SECONDS = 900;

export type DoorbellPorts = SweepPorts & {
  /** To the reaction's own queue. */
  ring: SendTasks;
};

/** Joins what the provider shows, and goes on as the facts then ask. Publishes by itself. */
export function hearProviderHandler(ports: DoorbellPorts): ReactTo<Ring> {
  return async (ring, context) => {
    const look = await ports.gateway.look(ring.intentId).catch((error) => ringLater(ports, ring, error));
    if (look === "later") return [];
    const orderId = OrderId.safeParse(look?.orderId);
    const known = look && orderId.success && (await ports.store.load(orderId.data));
    if (!known) {
      context.log("info", "the provider rang for what is no order's; nothing is done");
      return [];
    }
    const log = context.log.with({ orderId: known.orderId });
    const joined = await publishRest(ports, await writeLook(ports, look, known));
    notice(known, joined, log);
    // The delivery that began the authorisation finishes it.
    if (isBeingAuthorized(joined, ports.clock(), ports.functionTimeoutSeconds)) return [];
    const { payment } = await finish(ports, joined, { causeAt: byClock, log, mark: withUnpublished });
    await publishRest(ports, payment);
    return [];
  };
}

/** A provider that does not answer is no fault of the ring's: it rings again later, and counts as handled. */
async function ringLater({ ring }: DoorbellPorts, given: Ring, error: unknown): Promise<"later"> {
  if (!(error instanceof ProviderUnavailable)) throw error;
  const delaySeconds = Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** given.tries);
  await ring([ringTask({ ...given, tries: given.tries + 1 }, delaySeconds)]);
  return "later";
}

function writeLook({ clock, store, terms }: DoorbellPorts, look: Look, known: Payment): Promise<Payment> {
  return writeOver(store, known, (read) => {
    const now = clock();
    const next = join(read, look, byClock(now), terms);
    if (next === read) return { answer: read };
    const marked = withUnpublished(read, next, now);
    return { write: marked, answer: marked };
  });
}
