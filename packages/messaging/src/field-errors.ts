// What is wrong with a body, field by field, as a problem document lists it.
import type * as z from "zod/mini";

export type FieldError = { pointer: string; detail: string };

type Issue = z.core.$ZodIssue;

/** A problem is read by a person: more errors than this are only counted. */
const MAXIMUM_ERRORS = 20;

/** The first errors; where there are more, the last entry says how many. */
export function fieldErrors(error: { readonly issues: readonly Issue[] }): FieldError[] {
  const listed: FieldError[] = [];
  let count = 0;
  for (const { at, detail } of errorsOf(error.issues)) {
    count++;
    if (count <= MAXIMUM_ERRORS) listed.push({ pointer: pointerTo(at), detail });
  }
  const more = count - listed.length;
  return more > 0 ? [...listed, { pointer: "", detail: `${more} more` }] : listed;
}

/** The fields that break a rule which has a problem of its own; see `ProblemRule` of contracts' text.ts. */
export function errorsOfRule(error: { readonly issues: readonly Issue[] }, rule: string): FieldError[] {
  const broken = [...meant(error.issues)].filter(
    (issue) => issue.code === "custom" && issue.params?.problem === rule,
  );
  return fieldErrors({ issues: broken });
}

type Told = { at: readonly PropertyKey[]; detail: string };

function* errorsOf(issues: readonly Issue[]): Generator<Told> {
  for (const issue of meant(issues)) {
    if (issue.code !== "unrecognized_keys") yield { at: issue.path, detail: issue.message };
    else
      for (const key of issue.keys)
        yield {
          at: [...issue.path, key],
          detail: name.test(key) ? "unknown field" : "unknown field, not named here",
        };
  }
}

/** The issues, those of a union's meant shape in its place. */
function* meant(issues: readonly Issue[]): Generator<Issue> {
  for (const issue of issues) {
    const [shape] = issue.code === "invalid_union" ? issue.errors.toSorted(byUnknownFields) : [];
    if (!shape) yield issue;
    else for (const each of meant(shape)) yield { ...each, path: [...issue.path, ...each.path] };
  }
}

/** Of several shapes that a body may have, the one with the fewest unknown fields is the one meant. */
const byUnknownFields = (a: readonly Issue[], b: readonly Issue[]) => unknownFields(a) - unknownFields(b);

function unknownFields(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 0), 0);
}

/** A name that a field may have; another may be an address or a number, and is not sent back. */
const name = /^[A-Za-z_$][A-Za-z_$/~-]{0,63}$/;

/** RFC 6901. It ends before a name that a client made up out of digits or signs. */
export function pointerTo(path: readonly PropertyKey[]): string {
  const isTold = (key: PropertyKey) => typeof key === "number" || name.test(String(key));
  const untold = path.findIndex((key) => !isTold(key));
  return path
    .slice(0, untold === -1 ? path.length : untold)
    .map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
