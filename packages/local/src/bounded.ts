// What whoever watches a running saga shares: a memory with a limit, and times as text.

/** Forgets what was put in first, if there is more than the maximum, and says what it was. */
export function forgetOldest<K>(map: Map<K, unknown>, maximum: number): K | undefined {
  const [oldest] = map.size > maximum ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
  return oldest;
}

/** Many things happen in one millisecond, and a date costs more than all else here. */
let lastTime = { milliseconds: 0, text: new Date(0).toISOString() };
export function iso(milliseconds: number): string {
  if (milliseconds !== lastTime.milliseconds)
    lastTime = { milliseconds, text: new Date(milliseconds).toISOString() };
  return lastTime.text;
}
