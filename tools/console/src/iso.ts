// Milliseconds as ISO 8601, as a `Date` writes them.

/** The recorder formats many times a second, and a date for each would cost more than all else it does. */
let last = { second: 0, text: "1970-01-01T00:00:00." };

/** Takes whole milliseconds. */
export function iso(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== last.second) last = { second, text: new Date(second * 1000).toISOString().slice(0, -4) };
  return `${last.text}${String(milliseconds - second * 1000).padStart(3, "0")}Z`;
}
