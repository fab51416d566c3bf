// Ids where there is little room.

/** What an id is of, and its end: ids of the same hour begin alike. */
export const shortId = (id: string) =>
  id.length > 16 ? `${id.slice(0, id.indexOf("_") + 1)}…${id.slice(-8)}` : id;
