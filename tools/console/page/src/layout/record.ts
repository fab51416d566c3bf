// A service's record as lines: plain facts in words, nested values by name.

type RecordFacts = {
  plain: { name: string; words: string }[];
  /** Too large for one line; `says` names its content. */
  nested: { name: string; says: string; value: unknown }[];
};

/** The most values of an object, and objects of a list, that fit one line. */
const MOST_INLINE = 4;
const MOST_LISTED = 3;

export function factsOf(record: unknown): RecordFacts {
  const facts: RecordFacts = { plain: [], nested: [] };
  for (const [key, value] of Object.entries(Object(record) as Record<string, unknown>)) {
    if (key === "orderId") continue; // The page's title says it.
    const name = inWords(key);
    const words = lineOf(value);
    if (words === undefined) facts.nested.push({ name, says: contentsOf(value), value });
    else facts.plain.push({ name, words });
  }
  return facts;
}

const contentsOf = (value: unknown) =>
  Array.isArray(value) ? `${value.length} entries` : Object.keys(Object(value)).join(", ");

/** `cancelRequested` is "cancel requested". */
const inWords = (key: string) => key.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function lineOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "object") return String(value);
  const parts = Array.isArray(value) ? flatItems(value) : flatEntries(value);
  if (!parts || parts.includes(undefined)) return undefined;
  return parts.length === 0 ? "none" : parts.join(Array.isArray(value) ? "; " : ", ");
}

function flatItems(values: readonly unknown[]): (string | undefined)[] | undefined {
  return values.length > MOST_LISTED ? undefined : values.map(lineOf);
}

function flatEntries(value: object): string[] | undefined {
  const entries = Object.entries(value);
  const isFlat = entries.every(([, each]) => typeof each !== "object" || each === null);
  if (!isFlat || entries.length > MOST_INLINE) return undefined;
  return entries.map(([key, each]) => `${inWords(key)} ${lineOf(each)}`);
}
