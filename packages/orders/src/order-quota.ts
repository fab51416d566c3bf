// The quota of a customer's orders: what is beyond it is refused, and told when there is room again.
import { type AuthenticatedRequest, HttpProblem } from "@order-saga/messaging/http";
import { customerOf } from "@order-saga/messaging/personal-data/sealing";
import type { Quota } from "@order-saga/messaging/quota/places";

type Wanted = {
  /** Of the order, or of the bulk of so many. */
  readonly id: string;
  readonly count: number;
  /** True if it was accepted before: such a one is never refused, nor counted again. */
  readonly isKnown: () => Promise<boolean>;
};

/** Throws the problem `quota-exceeded`. */
export async function refuseBeyondQuota(
  quota: Quota | undefined,
  { log, now, principal }: Pick<AuthenticatedRequest<unknown>, "log" | "now" | "principal">,
  { count, id, isKnown }: Wanted,
): Promise<void> {
  if (!quota || (await isKnown())) return;
  const asking = { mark: id.slice(-MARK_CHARACTERS), count, now };
  const refusal = await quota.take(customerOf(principal), asking);
  // One that was sent twice at once may have been accepted meanwhile.
  if (!refusal || (await isKnown())) return;
  const { limit, windowMilliseconds } = quota.terms;
  log("info", "order refused: its customer's quota is used up", { count });
  const title = `No customer may place more than ${limit} orders in ${windowMilliseconds / 1000} seconds.`;
  const problem = { type: "quota-exceeded", title, status: 429 };
  if (refusal.until === undefined)
    throw new HttpProblem({ ...problem, detail: `Send these ${count} orders in several bulks.` });
  const seconds = Math.max(1, Math.ceil((refusal.until - now) / 1000));
  const detail = `Send the same request with the same key in ${seconds} seconds.`;
  throw new HttpProblem({ ...problem, detail }, { "retry-after": String(seconds) });
}

/** Enough to tell a customer's orders of some minutes apart. */
const MARK_CHARACTERS = 12;
