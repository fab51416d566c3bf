// When a request is sent again: only where the server asked for it, or it is unknown whether it arrived.

export type RetryOptions = {
  /** How often a request is sent at most. */
  attempts: number;
  /**
   * Milliseconds before the second attempt; doubled before each that follows, and never more than `longest`.
   */
  first: number;
  longest: number;
  /** Milliseconds that the server may ask for; if it asks for more, its answer is given back at once. */
  longestAsked: number;
  pause: (milliseconds: number) => Promise<void>;
  /** From 0 to 1; spreads clients that failed together. */
  random: () => number;
};

export const defaultRetry: RetryOptions = {
  attempts: 5,
  first: 200,
  longest: 10_000,
  longestAsked: 60_000,
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
};

/**
 * Throttled, or not able to answer now: the API promises that the request may be repeated with the same key.
 */
const mayRepeat = new Set([429, 502, 503, 504]);

/**
 * A fetch that repeats what is safe to repeat. Every request of this API is: reads and PUTs are idempotent,
 * and a POST carries its idempotency key or asks for what may be asked twice. Rejects with the last failure.
 */
export function retryingFetch(fetch: (request: Request) => Promise<Response>, options: RetryOptions) {
  return async (request: Request): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt >= options.attempts;
      const answer = await fetch(request.clone()).catch((error: unknown) => {
        if (isLast || request.signal.aborted) throw error;
        return undefined;
      });
      if (answer && (isLast || !mayRepeat.has(answer.status))) return answer;
      const asked = answer && retryAfterOf(answer.headers);
      if (answer && asked !== undefined && asked > options.longestAsked) return answer;
      await answer?.body?.cancel();
      const pause = asked === undefined ? backOff(attempt, options) : later(asked, options);
      await unlessAborted(options.pause(pause), request.signal);
    }
  };
}

/** Rejects with the signal's reason as soon as it is aborted. */
export async function unlessAborted<T>(awaited: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return awaited;
  signal.throwIfAborted();
  let leave = () => {};
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([awaited, aborted]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

/** An exponential backoff with full jitter. */
const backOff = (attempt: number, { first, longest, random }: RetryOptions): number =>
  random() * Math.min(longest, first * 2 ** (attempt - 1));

/** Never before the moment that the server said, and by chance a little after it: not all come at once. */
const later = (asked: number, { random }: RetryOptions): number =>
  asked + random() * Math.min(LONGEST_SHIFT, asked / 10);

const LONGEST_SHIFT = 2000;

/**
 * Milliseconds that `Retry-After` asks to wait, in seconds or as a date (RFC 9110, 10.2.3); undefined if
 * it is neither. A date is compared with the server's own clock where its answer shows that.
 */
export function retryAfterOf(headers: Headers): number | undefined {
  const said = headers.get("retry-after");
  if (said === null) return undefined;
  if (/^\d+$/.test(said)) return Number(said) * 1000;
  const now = Date.parse(headers.get("date") ?? "");
  const milliseconds = Date.parse(said) - (Number.isNaN(now) ? Date.now() : now);
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
