// When a request is sent again: only where the server asked for it, or it is unknown whether it arrived.

export type RetryOptions = {
  /** How often a request is sent at most. */
  attempts: number;
  /**
   * Milliseconds before the second attempt; doubled before each that follows, and never more than `longest`.
   */
  first: number;
  longest: number;
  pause: (milliseconds: number) => Promise<void>;
  /** From 0 to 1; spreads clients that failed together. */
  random: () => number;
};

export const defaultRetry: RetryOptions = {
  attempts: 5,
  first: 200,
  longest: 10_000,
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
      await answer?.body?.cancel();
      await options.pause(delayOf(attempt, answer, options));
    }
  };
}

/** The server's own word first, in seconds or as a date; else an exponential backoff with full jitter. */
function delayOf(
  attempt: number,
  answer: Response | undefined,
  { first, longest, random }: RetryOptions,
): number {
  const said = answer?.headers.get("retry-after");
  if (said) {
    const milliseconds = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
    if (Number.isFinite(milliseconds)) return Math.min(Math.max(0, milliseconds), longest);
  }
  return random() * Math.min(longest, first * 2 ** (attempt - 1));
}
