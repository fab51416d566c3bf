// Keeps a map's size bounded.

/** Removes the entry that was added first, if there are more than the maximum; returns its key. */
export function forgetOldest<K>(map: Map<K, unknown>, maximum: number): K | undefined {
  const [oldest] = map.size > maximum ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
  return oldest;
}
