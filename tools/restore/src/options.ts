// The options that `pnpm replay` and `pnpm restore` share.
import { stage, UsageError } from "@order-saga/arguments";
import type { Window } from "./replay.ts";

const time = {
  kind: "text",
  value: "TIME",
  pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/,
  needs: "a moment with its zone, as 2026-11-29T10:15:00Z",
} as const;

export const windowOptions = {
  from: { ...time, says: "the first event's time" },
  to: { ...time, says: "the last event's time; now, if it is left out" },
} as const;

export const stageOption = {
  ...stage,
  says: "a deployed stage, with the AWS credentials and region of this shell",
} as const;

/** Throws UsageError. */
export function windowOf(given: { from?: string | undefined; to?: string | undefined }): Window {
  if (given.from === undefined) throw new UsageError("--from is missing: when does the first event lie?");
  const to = given.to === undefined ? Date.now() : Date.parse(given.to);
  const window = { from: Date.parse(given.from), to };
  for (const [name, each] of Object.entries(window))
    if (Number.isNaN(each)) throw new UsageError(`--${name} is no moment of any calendar.`);
  return window;
}
