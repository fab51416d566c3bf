// The log of operators' actions: who did what and with what result, kept with the laptop's other state.
import { openRecord } from "@order-saga/local/data-directory";
import * as z from "zod";
import type { ActRow } from "./console-api.ts";

const Act = z.strictObject({
  id: z.int(),
  at: z.string(),
  who: z.string(),
  act: z.string(),
  target: z.string(),
  outcome: z.string(),
});
const Acts = z.strictObject({ acts: z.array(Act) });

/** The oldest are forgotten. */
const MOST_ACTS = 500;

export type OperatorLog = {
  all(): ActRow[];
  add(act: Omit<ActRow, "id">): ActRow;
};

export function openOperatorLog(directory: string | undefined): OperatorLog {
  const record = openRecord(directory, "acts.json", Acts);
  let acts: ActRow[] = record.read()?.acts ?? [];
  return {
    all: () => acts,
    add(act) {
      const added = { id: (acts.at(-1)?.id ?? 0) + 1, ...act };
      acts = [...acts, added].slice(-MOST_ACTS);
      record.write({ acts });
      return added;
    },
  };
}
