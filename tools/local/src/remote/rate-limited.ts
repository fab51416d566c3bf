// A poll that fails is tried again every second, in every reaction; a person reads of it once a minute.
/** Says the same words once a minute at most. */
export function rateLimited(
  say: (message: string) => void,
  milliseconds: () => number,
): (message: string) => void {
  const said = new Map<string, number>();
  return (message) => {
    const now = milliseconds();
    if (now - (said.get(message) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
    if (said.size >= 100) said.clear();
    said.set(message, now);
    say(message);
  };
}
