// Looks at letters and mails while no page is open, so that the first page does not wait for all of them.

const LOOK_MILLISECONDS = 10_000;

/** Looks at once and then every ten seconds; returns what ends it. The next look mends one that failed. */
export function lookAhead(look: () => Promise<void>): () => void {
  const again = () => void look().catch(() => {});
  again();
  const timer = setInterval(again, LOOK_MILLISECONDS).unref();
  return () => clearInterval(timer);
}
