// What is wrong with a body, field by field, as a problem document lists it.
import type * as z from "zod/mini";

export type FieldError = { pointer: string; detail: string };

export function fieldErrors(error: z.core.$ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys")
      return [{ pointer: toPointer(issue.path), detail: issue.message }];
    return issue.keys.map((key) => ({ pointer: toPointer([...issue.path, key]), detail: "unknown field" }));
  });
}

/** RFC 6901. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
