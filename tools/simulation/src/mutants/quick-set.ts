// Mutants that a seed is known to kill at once, some of each service: what every test run looks for.

/**
 * By name, the seed that kills it. A change of the plans that seeds draw may ask for other seeds; the test
 * says which.
 */
export const quickSet: Readonly<Record<string, number>> = {
  "deduped-by-message-id": 1,
  "random-order-id": 1,
  "last-write-wins": 2,
  "outcome-said-anew": 5,
  "claimed-before-processed": 1,
  "conflict-taken-as-shortage": 5,
  "refund-forgotten": 2,
  "new-provider-key-on-retry": 135,
  "minor-units-taken-as-major": 1,
  "mail-claimed-after-sending": 2,
  "complaint-stops-nothing": 20,
  "row-counted-without-condition": 34,
  "bulk-done-at-its-first-rows": 22,
  "stock-changed-before-the-place": 13,
  "place-moved-before-the-rows": 13,
  "older-file-accepted": 323,
  "continuation-lost": 54,
};
