// Reads the body of a request to one of the laptop's own routes, or says field by field what is wrong with
// it.
import { fieldErrors } from "@order-saga/messaging/field-errors";
import type * as z from "zod";
import { problemResponse } from "./local-app.ts";

/** The body, or the problem to answer with. */
export async function bodyOf<T>(
  request: Request,
  schema: z.ZodType<T>,
): Promise<{ body: T } | { problem: Response }> {
  const json = await request.json().catch(() => undefined);
  if (json === undefined) return { problem: problemResponse(400, "not-json", "The body is not JSON.") };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { body: parsed.data };
  const errors = fieldErrors(parsed.error);
  return { problem: problemResponse(400, "invalid-body", "The body breaks its schema.", {}, { errors }) };
}
