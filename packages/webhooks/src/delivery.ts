// The rules of one delivery: what an answer means, and when it is tried again.

/** What came of an attempt: the receiver's status, or why there is none. */
export type Answer =
  | { readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly error: string };

export type Attempt = {
  readonly at: string;
  readonly status?: number;
  readonly error?: string;
  readonly durationMilliseconds: number;
};

export type Delivery = {
  /** The `webhook-id`. */
  readonly id: string;
  readonly endpoint: string;
  readonly orderId: string;
  readonly type: string;
  /** As it is sent, byte for byte. */
  readonly body: string;
  readonly recordedAt: string;
  readonly state: "PENDING" | "DELIVERED" | "FAILED";
  /** Attempts since it was recorded or replayed; those put off by a failing endpoint are none. */
  readonly tries: number;
  /** The newest, the last one last. */
  readonly attempts: readonly Attempt[];
  /** When the sweep looks at it; absent once it has ended. */
  readonly dueAt?: string;
  /** How often an operator had it sent again. */
  readonly replays: number;
  /** A task names the version that it is for, so that an older one does nothing. */
  readonly version: number;
};

const MINUTE = 60;
const HOUR = 3600;

/** Standard Webhooks, "Retry schedule"; in seconds after the attempt before. */
export const retrySeconds = [
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

/** So many are kept of a delivery that is replayed again and again. */
const MOST_ATTEMPTS = 20;

/** A task that a crash lost is sent again by the sweep after so long. */
const HANDOVER_SECONDS = 15 * MINUTE;

const LONGEST_RETRY_AFTER = 24 * HOUR;

export type Outcome = "delivered" | "gone" | "failed";

/** A redirect is not followed: it could lead where no webhook may go. */
export function outcomeOf(answer: Answer): Outcome {
  if ("error" in answer) return "failed";
  if (answer.status >= 200 && answer.status < 300) return "delivered";
  return answer.status === 410 ? "gone" : "failed";
}

/** How long the receiver asks to be left alone, in seconds. */
export function restOf(answer: Answer): number {
  const asked = "error" in answer ? 0 : (answer.retryAfterSeconds ?? 0);
  return Math.min(Math.max(asked, 0), LONGEST_RETRY_AFTER);
}

type Known = Omit<Delivery, "state" | "tries" | "attempts" | "dueAt" | "replays" | "version" | "recordedAt">;

/** As it is first recorded, when its task is about to be sent. */
export function recorded(known: Known, now: number): Delivery {
  const progress = { state: "PENDING", tries: 0, attempts: [], replays: 0, version: 1 } as const;
  return { ...known, ...progress, recordedAt: iso(now), dueAt: handoverUntil(now) };
}

/** Its next version, whose task is about to be sent. */
export function handedOver(delivery: Delivery, now: number): Delivery {
  return { ...delivery, dueAt: handoverUntil(now), version: delivery.version + 1 };
}

/** Put off without an attempt, because its endpoint takes none now. */
export function putOff(delivery: Delivery, until: number): Delivery {
  return { ...delivery, dueAt: iso(until), version: delivery.version + 1 };
}

/** An operator has it sent once more, with a new schedule; what was delivered is sent again as well. */
export function replayed(delivery: Delivery, now: number): Delivery {
  return { ...handedOver(delivery, now), state: "PENDING", tries: 0, replays: delivery.replays + 1 };
}

/** Its endpoint is no longer among the settings. */
export function withoutEndpoint(delivery: Delivery): Delivery {
  return ended({ ...delivery, version: delivery.version + 1 }, "FAILED");
}

/**
 * The delivery after an attempt, and in how many seconds it is tried again, if at all. `chance`, from 0 to 1,
 * keeps deliveries that failed together from coming together.
 */
export function attempted(
  delivery: Delivery,
  answer: Answer,
  { at, chance, now }: { at: number; now: number; chance: number },
): { delivery: Delivery; againInSeconds?: number } {
  const { retryAfterSeconds: _, ...said } = answer as { status: number; retryAfterSeconds?: number };
  const attempt: Attempt = { at: iso(at), ...said, durationMilliseconds: now - at };
  const attempts = [...delivery.attempts, attempt].slice(-MOST_ATTEMPTS);
  const tries = delivery.tries + 1;
  const next = { ...delivery, attempts, tries, version: delivery.version + 1 };
  const outcome = outcomeOf(answer);
  if (outcome === "delivered") return { delivery: ended(next, "DELIVERED") };
  // The endpoint is disabled, and has it once it is enabled again.
  if (outcome === "gone") return { delivery: { ...next, dueAt: iso(now) } };
  const wait = retrySeconds[delivery.tries];
  if (wait === undefined) return { delivery: ended(next, "FAILED") };
  const againInSeconds = Math.ceil(Math.max(wait * (1 + chance / 10), restOf(answer)));
  return { delivery: { ...next, dueAt: iso(now + againInSeconds * 1000) }, againInSeconds };
}

function ended({ dueAt: _, ...delivery }: Delivery, state: "DELIVERED" | "FAILED"): Delivery {
  return { ...delivery, state };
}

/** When the newest attempt was made (milliseconds), or 0. */
export function lastTriedAt({ attempts }: Delivery): number {
  return Date.parse(attempts.at(-1)?.at ?? iso(0));
}

const handoverUntil = (now: number) => iso(now + HANDOVER_SECONDS * 1000);

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
