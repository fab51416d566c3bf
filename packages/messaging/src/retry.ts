// Tries something a bounded number of times: the only loop of its kind in the services and their kit.

/** What an attempt returns to have another one made. */
export const again: unique symbol = Symbol("again");

/** Runs `once` until it returns an answer. After `attempts` without one it throws what `exhausted` makes. */
export async function retry<A>(
  { attempts, exhausted }: { attempts: number; exhausted: () => Error },
  once: (attempt: number) => Promise<A | typeof again>,
): Promise<A> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const answer = await once(attempt);
    if (answer !== again) return answer;
  }
  throw exhausted();
}
