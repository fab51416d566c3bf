// Measures how long it takes to find an event's rules, among 1, 100 and 10,000 of them.
import type { BusEvent, LiveRule } from "../src/eventbridge/model.ts";
import { compile } from "../src/eventbridge/pattern.ts";
import { indexRules } from "../src/eventbridge/rule-index.ts";

const MEASURE_MILLISECONDS = 500;

/** One pattern for each number; the event matches number 0 alone. */
const kinds: Record<string, (number: number) => object> = {
  "source and detail-type": (i) => ({ source: ["shop.orders"], "detail-type": [`Type${i}`] }),
  "detail-type and a field": (i) => ({ "detail-type": [`Type${i}`], detail: { state: ["OPEN"] } }),
  "a field of the detail": (i) => ({ detail: { customer: { id: [`c${i}`] } } }),
  "one type, other fields": (i) => ({ "detail-type": ["Type0"], detail: { customer: { id: [`c${i}`] } } }),
  "a prefix alone": (i) => ({
    detail: { customer: { id: [{ prefix: `c${i}-` }, { prefix: i === 0 ? "c0" : "z" }] } },
  }),
};

const event = {
  version: "0",
  id: "1",
  "detail-type": "Type0",
  source: "shop.orders",
  account: "000000000000",
  time: "2026-01-05T00:00:00Z",
  region: "eu-west-1",
  resources: [],
  detail: {
    state: "OPEN",
    customer: { id: "c0" },
    lines: [1, 2, 3].map((quantity) => ({ sku: `sku-${quantity}`, quantity, price: 1990 })),
  },
} satisfies BusEvent;

/** Microseconds an event. */
function measure(rules: LiveRule[]): number {
  const index = indexRules(rules);
  const found = index.matching(event);
  if (found.length !== 1) throw new Error(`${found.length} rules match, and one should.`);
  for (let i = 0; i < 1000; i++) index.matching(event);
  const begun = performance.now();
  let count = 0;
  while (performance.now() - begun < MEASURE_MILLISECONDS) {
    for (let i = 0; i < 20; i++) index.matching(event);
    count += 20;
  }
  return ((performance.now() - begun) / count) * 1000;
}

const sizes = [1, 100, 10_000];
const rows = Object.entries(kinds).map(([kind, pattern]) => {
  const cells = sizes.map((size) => {
    const rules = Array.from({ length: size }, (_, i) => ({
      name: `rule-${i}`,
      enabled: true,
      compiled: compile(pattern(i)),
    }));
    return measure(rules as LiveRule[]).toFixed(1);
  });
  return `| ${kind.padEnd(23)} | ${cells.map((cell) => cell.padStart(7)).join(" | ")} |`;
});
console.log("Microseconds to find the rules of one event\n");
console.log(`| rules tell apart by     | ${sizes.map((size) => String(size).padStart(7)).join(" | ")} |`);
console.log(`| ----------------------- | ${sizes.map(() => "------:").join(" | ")} |`);
console.log(rows.join("\n"));
