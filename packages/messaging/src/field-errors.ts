// What is wrong with a body, field by field, as a problem document lists it.
import type * as z from "zod/mini";

export type FieldError = { pointer: string; detail: string };

export function fieldErrors(error: z.core.$ZodError): FieldError[] {
  return error.issues.flatMap(errorsOf);
}

function errorsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ pointer: toPointer([...issue.path, key]), detail: "unknown field" }));
  const [meant] = issue.code === "invalid_union" ? issue.errors.toSorted(byUnknownFields) : [];
  if (meant) return meant.flatMap((each) => errorsOf({ ...each, path: [...issue.path, ...each.path] }));
  return [{ pointer: toPointer(issue.path), detail: issue.message }];
}

/** Of several shapes that a body may have, the one with the fewest unknown fields is the one meant. */
const byUnknownFields = (a: readonly z.core.$ZodIssue[], b: readonly z.core.$ZodIssue[]) =>
  unknownFields(a) - unknownFields(b);

function unknownFields(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 0), 0);
}

/** RFC 6901. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
