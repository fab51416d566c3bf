// The schedules of payment: give up what is late, finish what was left open, look for what no webhook told.
import type { Log, Sweep } from "@order-saga/messaging";
import { type SweepContext, sweepDue } from "@order-saga/messaging/sweep";
import type { SendTasks } from "@order-saga/messaging/tasks";
import { byClock, finish, publishRest } from "./finish.ts";
import { join } from "./look.ts";
import { notice, noticeUnavailable } from "./notices.ts";
import {
  giveUp,
  isLookedFor,
  nextCall,
  type Payment,
  putOff,
  triedInVain,
  withUnpublished,
} from "./payment.ts";
import { ProviderUnavailable, type Reconciliation, type SweepPorts } from "./ports.ts";

/**
 * Of the function's timeout, the part in which payments are begun, each in its turn under the provider's
 * limit; in the rest the provider still answers.
 */
const BEGIN_SHARE = 0.6;
/** So many payments in a row without an outcome, and the provider is down for this run. */
const VAIN_IN_A_ROW = 3;

/** What a run has learnt of the provider, and which payments it acted on. */
type Run = { vain: number; isLimited: boolean; acted: Set<string> };
const isDown = ({ isLimited, vain }: Run) => isLimited || vain >= VAIN_IN_A_ROW;

export function resumePaymentsHandler(ports: SweepPorts): Sweep {
  const beginMilliseconds = ports.functionTimeoutSeconds * 1000 * BEGIN_SHARE;
  const says = {
    more: "more payments are due than one run resumes",
    failed: "a payment could not be resumed",
  };
  const isTimeUp = (beganAt: number) => ports.clock() >= beganAt + beginMilliseconds;
  const due = { store: ports.store, isTimeUp, says };
  return async (context) => {
    const run: Run = { vain: 0, isLimited: false, acted: new Set() };
    // Stock that is waited for in vain is freed before the provider is asked for anything.
    const passes = [
      sweepDue({ ...due, atOnce: 60, sweepOne: (id, { now }) => giveUpIfLate(ports, id, now, run) }),
      sweepDue({ ...due, atOnce: 10, sweepOne: (id, given) => resumeOne(ports, id, given, run) }),
    ];
    const failures: unknown[] = [];
    for (const pass of passes) await pass(context).catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
    return run.acted.size;
  };
}

/** A customer who was asked may have said yes: that is looked up first, by `resumeOne`. */
async function giveUpIfLate(ports: SweepPorts, orderId: string, now: number, run: Run): Promise<boolean> {
  const known = await ports.store.load(orderId);
  if (!known || known.authorization.state === "ACTION_REQUIRED") return false;
  const given = giveUp(known, now, ports.terms);
  // Another writer was first: the next run looks again.
  if (!given || (await ports.store.save(given)) !== "written") return false;
  run.acted.add(orderId);
  await publishRest(ports, given);
  return true;
}

async function resumeOne(
  ports: SweepPorts,
  orderId: string,
  { log, now }: SweepContext,
  run: Run,
): Promise<boolean> {
  const known = await ports.store.load(orderId);
  if (!known?.dueAt || Date.parse(known.dueAt) > now) return false;
  const looked = await look(ports, known, run, log);
  const given = giveUp(looked.payment, ports.clock(), ports.terms);
  if (given && (await ports.store.save(given)) !== "written") return false;
  if (given) run.acted.add(orderId);
  const current = await publishRest(ports, given ?? looked.payment);
  if (!given && current === known && !nextCall(known)) {
    // A lost write needs no repetition: the writer that was first has set the next time as well.
    await ports.store.save(looked.unavailable ? triedInVain(known, now) : putOff(known, now));
    return false;
  }
  if (isDown(run)) return current !== known;
  const { payment, unavailable } = await finish(ports, current, {
    causeAt: byClock,
    log,
    mark: withUnpublished,
  });
  await publishRest(ports, payment);
  if (payment !== known) run.acted.add(orderId);
  if (!unavailable) {
    run.vain = 0;
    return true;
  }
  note(run, unavailable);
  if (!unavailable.isLimit) await ports.store.save(triedInVain(payment, now));
  return true;
}

function note(run: Run, { isLimit }: ProviderUnavailable): void {
  run.vain++;
  run.isLimited ||= isLimit;
}

/** What the provider shows, if it may know more than was told; as it was if the provider does not answer. */
async function look(
  ports: SweepPorts,
  payment: Payment,
  run: Run,
  log: Log,
): Promise<{ payment: Payment; unavailable?: ProviderUnavailable }> {
  const { authorization } = payment;
  if (!isLookedFor(payment) || isDown(run) || !("intentId" in authorization)) return { payment };
  try {
    const seen = await ports.gateway.look(authorization.intentId ?? "");
    run.vain = 0;
    const now = ports.clock();
    const joined = seen ? join(payment, seen, byClock(now), ports.terms) : payment;
    if (joined === payment) return { payment };
    const marked = withUnpublished(payment, joined, now);
    if ((await ports.store.save(marked)) !== "written") return { payment };
    notice(payment, marked, log);
    return { payment: marked };
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error;
    note(run, error);
    noticeUnavailable(error, log);
    return { payment, unavailable: error };
  }
}

/** How far back the daily run looks: longer than the provider repeats a webhook (Stripe: three days). */
const LOOK_BACK_MILLISECONDS = 4 * 24 * 3600_000;

/** Rings for each intent with a refund or a dispute of the last days, for the webhooks that were lost. */
export function reconcilePaymentsHandler(ports: Reconciliation & { ring: SendTasks }): Sweep {
  return async ({ now }) => {
    const since = new Date(now - LOOK_BACK_MILLISECONDS).toISOString();
    const intents = await ports.changedSince(since);
    if (intents.length > 0) await ports.ring(intents.map((intentId) => ({ body: { intentId } })));
    return intents.length;
  };
}
