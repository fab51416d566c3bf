// What was done by hand, by whom, and how it came out: kept with the laptop's other state.
import { userInfo } from "node:os";
import { openRecord } from "@order-saga/local/data-directory";
import * as z from "zod";
import type { ActRow } from "./wire.ts";

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

export type ActLog = {
  all(): ActRow[];
  add(act: Omit<ActRow, "id">): ActRow;
};

export function openActs(directory: string | undefined): ActLog {
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

/** Who asks: the name in the header, or whoever runs the laptop. */
export function whoAsks(header: string | undefined): string {
  const name = header?.trim().slice(0, 64);
  return name && !/^(console|1|true)$/i.test(name) ? name : osUser();
}

function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return "somebody";
  }
}
