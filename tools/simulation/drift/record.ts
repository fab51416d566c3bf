// Records the plans of the drift test: `npx pnpm@12 exec node tools/simulation/drift/record.ts`.
import { writeFileSync } from "node:fs";
import { driftPlanOf, PLANS } from "./plans.ts";

const plans = Array.from({ length: PLANS }, (_, index) => driftPlanOf(index + 1));
writeFileSync(
  new URL("plans.json", import.meta.url),
  `[\n${plans.map((plan) => JSON.stringify(plan)).join(",\n")}\n]\n`,
);
console.log(`${plans.length} plans recorded`);
