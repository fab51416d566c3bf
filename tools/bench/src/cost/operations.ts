// What is billed, by name: the counts of an order, and how two of them are added.

/** Counted exactly; what an order's operations may not rise above is in golden/operations.json. */
export const counted = [
  "httpRequests",
  "invocations",
  "events",
  "deliveries",
  "sqsRequests",
  "fairSqsRequests",
  "reads",
  "queries",
  "writes",
  "transactions",
  "failedConditions",
  "readUnits",
  "writeUnits",
  "indexWriteUnits",
  "mails",
  "providerCalls",
  "logLines",
] as const;

/** Sizes and times: they follow from the texts and the simulated pace. */
export const measured = [
  "logBytes",
  "eventBytes",
  "storedBytes",
  "durationMilliseconds",
  "gigabyteSeconds",
] as const;

export type OperationName = (typeof counted)[number] | (typeof measured)[number];
export type Operations = Record<OperationName, number>;

export function none(): Operations {
  return Object.fromEntries([...counted, ...measured].map((name) => [name, 0])) as Operations;
}

/** Of one order, where these are of so many. */
export function each<O extends Partial<Operations>>(operations: O, orders: number): O {
  const divided = Object.entries(operations).map(([name, value]) => [name, value / orders]);
  return Object.fromEntries(divided) as O;
}
