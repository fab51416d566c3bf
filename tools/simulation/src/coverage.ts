// Counts the record steps, ends and named races that a run reached, so that what is never reached shows.
import { emptyParts, type Payment } from "@order-saga/payment/payment";
import { ends } from "@order-saga/protocol/ends";
import {
  notificationRecord,
  orderRecord,
  paymentRecord,
  reservationRecord,
  stockRecord,
} from "@order-saga/protocol/records";
import type { Item } from "./checkers/observed.ts";
import { forgeries, poisonVariants } from "./fault-kinds.ts";

/** Steps that a record of each service can make, as `before → after` of what it is about. */
export const steps = [
  "reservation – → RESERVED",
  "reservation – → REJECTED",
  "reservation – → RELEASED aborted",
  "reservation RESERVED → COMMITTED",
  "reservation RESERVED → RELEASED aborted",
  "reservation RESERVED → RELEASED refunded",
  "reservation COMMITTED → RELEASED refunded",
  "authorization NONE → PENDING",
  "authorization PENDING → AUTHORIZED",
  "authorization PENDING → DECLINED",
  "authorization PENDING → ACTION_REQUIRED",
  "authorization ACTION_REQUIRED → AUTHORIZED",
  "authorization ACTION_REQUIRED → DECLINED",
  "stock NONE → RESERVED",
  "stock NONE → REJECTED",
  "decision NONE → ABORT",
  "decision PENDING → ABORT",
  "decision AUTHORIZED → ABORT",
  "decision DECLINED → ABORT",
  "decision ACTION_REQUIRED → ABORT",
  "decision AUTHORIZED → CAPTURE",
  "settlement – → CAPTURED",
  "settlement – → CAPTURE_FAILED",
  "settlement – → DECLINED",
  "settlement – → VOIDED",
  "settlement CAPTURED → REFUNDED",
  "settlement CAPTURED → REFUND_FAILED",
  "refund – → REQUESTED",
  "refund – → SUCCEEDED",
  "refund REQUESTED → PENDING",
  "refund REQUESTED → SUCCEEDED",
  "refund REQUESTED → FAILED",
  "refund PENDING → SUCCEEDED",
  "refund SUCCEEDED → FAILED",
  "dispute – → OPENED",
  "dispute OPENED → WON",
  "dispute OPENED → LOST",
  "order payment – → ACTION_REQUIRED",
  "order payment – → AUTHORIZED",
  "order payment – → ABORTED",
  "order payment – → CAPTURED",
  "order payment – → DECLINED",
  "order payment – → VOIDED",
  "order payment – → REFUNDED",
  "order payment ACTION_REQUIRED → AUTHORIZED",
  "order payment ACTION_REQUIRED → ABORTED",
  "order payment ACTION_REQUIRED → DECLINED",
  "order payment AUTHORIZED → ABORTED",
  "order payment ABORTED → VOIDED",
  "order payment AUTHORIZED → CAPTURED",
  "order payment AUTHORIZED → DECLINED",
  "order payment AUTHORIZED → VOIDED",
  "order payment AUTHORIZED → REFUNDED",
  "order payment CAPTURED → REFUNDED",
  "order payment CAPTURED → REFUND_FAILED",
  "order stock – → RESERVED",
  "order stock – → COMMITTED",
  "order stock – → RELEASED",
  "order stock – → REJECTED",
  "order stock RESERVED → COMMITTED",
  "order stock RESERVED → RELEASED",
  "order stock COMMITTED → RELEASED",
  "mail – → CLAIMED",
  "mail – → DUE",
  "mail – → SUPERSEDED",
  "mail – → REFUSED",
  "mail DUE → CLAIMED",
  "mail DUE → SUPERSEDED",
  "mail CLAIMED → DUE",
  "mail CLAIMED → SENT",
  "mail CLAIMED → REFUSED",
  "mail CLAIMED → UNKNOWN",
  "mail UNKNOWN → SENT",
] as const;

/** What hardly a seed in thousands does, each with the plan in `corpus/` that does it. */
export const rareSteps = {
  "mail CLAIMED → SUPERSEDED": "claim-given-back-after-a-cancellation",
} as const;

/** Steps that hundreds of seeds make a few times, where an event overtakes others; none is asked for. */
const seldomSteps = [
  "order payment ACTION_REQUIRED → CAPTURED",
  "order payment ACTION_REQUIRED → VOIDED",
  "order payment ACTION_REQUIRED → REFUNDED",
  "order payment AUTHORIZED → REFUND_FAILED",
  "order payment REFUND_FAILED → REFUNDED",
  "dispute – → WON",
  "dispute – → LOST",
  "refund – → PENDING",
  "refund – → FAILED",
] as const;

/** What needs a foreign hand after an abort, whose money then cannot be given back: the search has it. */
const seldomEnds: readonly string[] = ["REFUND_FAILED/RELEASED", "REFUND_FAILED/REJECTED"];

export const races = [
  "rejected before placed",
  "cancelled before placed",
  "voided before placed",
  "authorised before reserved",
  "reserved before authorised",
  "expired before it was decided",
  "expired after the capture was decided",
  "cancelled before it was decided",
  "cancelled between decision and capture",
  "cancelled after the capture",
  "aborted while the authorisation is in flight",
  "authorised after the abort",
  "undecided at its deadline",
  "customer's yes after the abort",
  "taken by another hand after the abort",
  "less taken by another hand than was ordered",
  "more refunded than is left",
  ...forgeries.map((forgery) => `webhook with a ${forgery}` as const),
  "refund overtakes capture",
  "last pieces wanted by many",
  "reserved in a bucket beyond the head",
  "sold from a bucket beyond the head",
  "given back to a bucket beyond the head",
  "units moved into a bucket",
  "units moved out of a bucket",
  "buckets raised",
  "short in all of several buckets",
  "transaction in conflict",
  "write in conflict with a transaction",
  "repeated while its transaction goes on",
  "partition throttled",
  "table throttled beyond its ramp",
  "index throttled",
  "condition lost to another writer",
  "key in use by another request",
  "forgotten key looked up",
  "dead letter redriven after twelve days",
  "settled order replayed",
  "mixed deployment",
  "crash-after write",
  "crash-before publish",
  "crash-after publish",
  "crash-after provider",
  "crash-after mail",
  ...poisonVariants.map((variant) => `poison ${variant}` as const),
] as const;
export type Race = (typeof races)[number];

export type Coverage = Map<string, number>;

const count = (coverage: Coverage, name: string) => void coverage.set(name, (coverage.get(name) ?? 0) + 1);

export const see = (coverage: Coverage, race: Race) => count(coverage, `race ${race}`);
export const reach = (coverage: Coverage, end: string) => count(coverage, `end ${end}`);

/** Counts the steps that a write makes, by what the item was and is. */
export function watchWrite(coverage: Coverage, before: Item | undefined, after: Item): void {
  switch (after.sk) {
    case stockRecord.sk:
      watchBucket(coverage, before, after);
      return;
    case reservationRecord.sk:
      if (after.buckets !== undefined) watchInBucket(coverage, before, after);
      step(coverage, "reservation", reservationState(before), reservationState(after));
      if (before === undefined && after.state === "RELEASED") see(coverage, "voided before placed");
      if (after.state === "RELEASED" && after.outcome === "refunded" && before?.state === "RESERVED")
        see(coverage, "refund overtakes capture");
      return;
    case paymentRecord.sk:
      watchPayment(coverage, before && whole(before), whole(after));
      return;
    case orderRecord.sk:
      step(coverage, "order payment", before?.payment, after.payment);
      step(coverage, "order stock", before?.stock, after.stock);
      return;
    case notificationRecord.sk:
      watchMails(coverage, mailsOf(before), mailsOf(after));
  }
}

/** A bucket's `restocked` changes by what is moved alone. */
function watchBucket(coverage: Coverage, before: Item | undefined, after: Item): void {
  const moved = Number(after.restocked) - Number(before?.restocked ?? 0);
  if (after.bucket !== undefined && moved !== 0)
    see(coverage, moved > 0 ? "units moved into a bucket" : "units moved out of a bucket");
  if (before && after.buckets !== before.buckets) see(coverage, "buckets raised");
}

function watchInBucket(coverage: Coverage, before: Item | undefined, after: Item): void {
  if (before?.state === after.state) return;
  if (after.state === "RESERVED") see(coverage, "reserved in a bucket beyond the head");
  if (after.state === "COMMITTED") see(coverage, "sold from a bucket beyond the head");
  if (after.state === "RELEASED") see(coverage, "given back to a bucket beyond the head");
}

const whole = (item: Item): Payment => ({ ...emptyParts, ...(item as unknown as Payment) });

function step(coverage: Coverage, what: string, before: unknown, after: unknown): void {
  if (after !== undefined && after !== before) count(coverage, `step ${what} ${before ?? "–"} → ${after}`);
}

const reservationState = (item: Item | undefined) =>
  item?.outcome === undefined ? item?.state : `${item.state} ${item.outcome}`;

function watchPayment(coverage: Coverage, before: Payment | undefined, after: Payment): void {
  const authorization = before?.authorization.state ?? "NONE";
  step(coverage, "authorization", authorization, after.authorization.state);
  step(coverage, "stock", before?.stock ?? "NONE", after.stock);
  step(coverage, "settlement", before?.settlement, after.settlement);
  const isDecided = before?.decision === undefined && after.decision !== undefined;
  if (isDecided) count(coverage, `step decision ${after.authorization.state} → ${after.decision}`);

  const saw = (race: Race, holds: boolean) => {
    if (holds) see(coverage, race);
  };
  const isCancel = after.cancelled && !before?.cancelled;
  const isExpiry = after.expired && !before?.expired;
  const isWaiting = before?.decision === undefined;
  saw("rejected before placed", after.stock === "REJECTED" && before?.stock !== "REJECTED" && !after.charge);
  saw("cancelled before placed", isCancel && !after.charge);
  saw("authorised before reserved", isDecided && after.decision === "CAPTURE" && before?.stock === "NONE");
  saw("reserved before authorised", isDecided && after.decision === "CAPTURE" && authorization === "PENDING");
  saw("expired before it was decided", isExpiry && isWaiting);
  saw("expired after the capture was decided", isExpiry && before?.decision === "CAPTURE");
  saw("cancelled before it was decided", isCancel && isWaiting);
  saw(
    "cancelled between decision and capture",
    isCancel && before?.decision === "CAPTURE" && before.settlement === undefined,
  );
  saw("cancelled after the capture", isCancel && before?.settlement === "CAPTURED");
  saw(
    "aborted while the authorisation is in flight",
    isDecided && after.decision === "ABORT" && after.authorization.state === "PENDING",
  );
  saw(
    "authorised after the abort",
    before?.decision === "ABORT" && authorization === "PENDING" && after.authorization.state === "AUTHORIZED",
  );
  saw("undecided at its deadline", isDecided && isExpiry && after.unpublished.length > 0);
  const isLateYes = authorization === "ACTION_REQUIRED" && after.authorization.state === "AUTHORIZED";
  saw("customer's yes after the abort", isLateYes && before?.decision === "ABORT");
  const isTaken = after.taken !== undefined && before?.taken === undefined;
  saw("taken by another hand after the abort", isTaken && after.decision === "ABORT");
  const isShort = (after.taken ?? 0) < (after.charge?.amount ?? 0);
  const isCaptured = after.settlement === "CAPTURED" && before?.settlement === undefined;
  saw("less taken by another hand than was ordered", isCaptured && isShort);
  watchLedger(coverage, before, after);
}

function watchLedger(coverage: Coverage, before: Payment | undefined, after: Payment): void {
  for (const { id, status } of after.refunds)
    step(coverage, "refund", before?.refunds.find((each) => each.id === id)?.status, status);
  for (const { id, status } of after.disputes)
    step(coverage, "dispute", before?.disputes.find((each) => each.id === id)?.status, status);
}

type Mails = Readonly<Record<string, { state: string } | undefined>>;
const mailsOf = (item: Item | undefined) => (item?.mails ?? {}) as Mails;

function watchMails(coverage: Coverage, before: Mails, after: Mails): void {
  for (const [kind, mail] of Object.entries(after)) step(coverage, "mail", before[kind]?.state, mail?.state);
}

/** Everything that has a name here and was never hit. */
export function neverHit(coverage: ReadonlyMap<string, number>, faultKinds: readonly string[]): string[] {
  const expected = [
    ...steps.map((each) => `step ${each}`),
    ...ends.filter((each) => !seldomEnds.includes(each)).map((each) => `end ${each}`),
    ...races.map((each) => `race ${each}`),
    ...faultKinds.map((each) => `fault ${each}`),
  ];
  return expected.filter((name) => !coverage.has(name));
}

/** Steps that were made and have no name here: a rule was changed, or the list is behind. */
export function unnamed(coverage: ReadonlyMap<string, number>): string[] {
  const named = new Set<string>([
    ...[...steps, ...seldomSteps, ...Object.keys(rareSteps)].map((each) => `step ${each}`),
    ...ends.map((each) => `end ${each}`),
  ]);
  return [...coverage.keys()].filter((name) => /^(step|end) /.test(name) && !named.has(name));
}
