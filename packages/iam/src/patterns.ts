// IAM's patterns: `*` for any characters, `?` for one.
// Source: IAM user guide, "IAM JSON policy elements: Resource" and "Condition operators".

export type Matcher = (value: string) => boolean;

const isPlain = (pattern: string) => !/[*?]/.test(pattern);

/** Upper and lower case differ unless `flags` says otherwise. */
export function like(pattern: string, flags = ""): Matcher {
  if (isPlain(pattern) && flags === "") return (value) => value === pattern;
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${source}$`, `s${flags}`);
  return (value) => expression.test(value);
}

/** An ARN is compared part by part: a pattern of one of the first five parts reaches no further. */
export function likeArn(pattern: string): Matcher {
  const wanted = partsOf(pattern)?.map((part) => like(part));
  if (!wanted) return () => false;
  if (isPlain(pattern)) return (value) => value === pattern;
  return (value) => {
    const parts = partsOf(value);
    return parts !== undefined && wanted.every((matches, index) => matches(parts[index] ?? ""));
  };
}

/** Partition, service, region, account and resource; the resource may have colons of its own. */
function partsOf(arn: string): string[] | undefined {
  const [prefix, ...rest] = arn.split(":");
  if (prefix !== "arn" || rest.length < 5) return undefined;
  return [...rest.slice(0, 4), rest.slice(4).join(":")];
}

export const anyOf =
  (matchers: readonly Matcher[]): Matcher =>
  (value) =>
    matchers.some((matches) => matches(value));

/** A word of a policy that may also be a list of them. */
export const listOf = (words: string | readonly string[] | undefined): readonly string[] =>
  words === undefined ? [] : typeof words === "string" ? [words] : words;
