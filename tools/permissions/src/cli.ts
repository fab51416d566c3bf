// `pnpm iam`: what the functions are granted, and which of it nothing uses.
import { command, run } from "@order-saga/arguments";
import { findUnused } from "./find-unused.ts";
import { nameOf } from "./parts.ts";

const iam = command(
  {
    name: "pnpm iam",
    says: "Lists what each function is granted; the laptop refuses it everything else, as AWS does.",
    options: {
      unused: {
        kind: "flag",
        says: "what is granted and used by nothing; exit code 1 if there is something",
      },
      seeds: { kind: "whole", least: 0, default: 3000, says: "seeds of the simulator for --unused, at most" },
    },
  },
  async ({ seeds, unused }) => {
    const { parts, run: ran, unused: left } = await findUnused(unused ? seeds : undefined);
    for (const part of unused ? left : parts) console.log(nameOf(part));
    if (!unused) return 0;
    console.log(
      left.length === 0
        ? `All ${parts.length} parts of the functions' policies are used, within ${ran} seeds.`
        : `${left.length} of ${parts.length} parts are granted and used by nothing in ${ran} seeds.`,
    );
    return left.length === 0 ? 0 : 1;
  },
);

await run(iam);
