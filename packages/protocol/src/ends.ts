// The ends that the protocol allows: payment's settlement and the reservation's state, once both are at rest.

export const ends = [
  "CAPTURED/COMMITTED",
  "DECLINED/RELEASED",
  "DECLINED/REJECTED",
  "CAPTURE_FAILED/RELEASED",
  "VOIDED/RELEASED",
  "VOIDED/REJECTED",
  "REFUNDED/RELEASED",
  // A person gives the money back.
  "REFUND_FAILED/COMMITTED",
  "REFUND_FAILED/RELEASED",
  "REFUND_FAILED/REJECTED",
] as const;
export type End = (typeof ends)[number];

const allowed: ReadonlySet<string> = new Set(ends);

/** True if payment and stock may rest so. */
export function isEnd(settlement: string | undefined, state: string | undefined): boolean {
  return allowed.has(`${settlement}/${state}`);
}
