// What whoever watches a running saga shares: a memory with a limit, and times as text.

/** Forgets what was put in first, if there is more than the maximum, and says what it was. */
export function forgetOldest<K>(map: Map<K, unknown>, maximum: number): K | undefined {
  const [oldest] = map.size > maximum ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
  return oldest;
}

/** Many things happen in one second, and a date costs more than all else here. */
let lastSecond = { second: 0, text: "1970-01-01T00:00:00." };

/** Whole milliseconds as a `Date` writes them. */
export function iso(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastSecond.second)
    lastSecond = { second, text: new Date(second * 1000).toISOString().slice(0, -4) };
  return `${lastSecond.text}${String(milliseconds - second * 1000).padStart(3, "0")}Z`;
}
