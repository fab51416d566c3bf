// Compares the working tree's contracts with the last release's, and says what may not be merged.
import { readFileSync } from "node:fs";
import { functionsOf } from "@order-saga/messaging";
import { services } from "@order-saga/services";
import { type Contracts, contractsOfTree, lastRelease, releasedContracts } from "../released.ts";
import { type Change, sentenceOf } from "./change.ts";
import { eventChanges } from "./events.ts";
import { httpChanges } from "./http.ts";

/** Every change from one state of the contracts to another. */
export function changesBetween(before: Contracts, after: Contracts): Change[] {
  return [
    ...eventChanges(before.asyncapi, after.asyncapi),
    ...httpChanges(before.openapi, after.openapi, functionsServing),
  ];
}

function functionsServing(operation: string): string[] {
  return services.flatMap((service) =>
    functionsOf(service).flatMap((each) =>
      "path" in each && `${each.method} ${each.path}` === operation
        ? [`${each.name} of ${service.name}`]
        : [],
    ),
  );
}

/** A change that is right if one side is deployed first, and how that is seen to. */
export type Accepted = { readonly change: string; readonly deployed: string };

const acceptedFile = new URL("../../accepted.json", import.meta.url);

export const accepted = (): Accepted[] => JSON.parse(readFileSync(acceptedFile, "utf8"));

export type Judgement = { readonly refused: string[]; readonly passed: string[] };

/** Refused are what breaks, what needs an order that is not written down, and orders of nothing. */
export function judge(changes: readonly Change[], agreed: readonly Accepted[], release: string): Judgement {
  const sentences = changes.map(sentenceOf);
  const isAgreed = (change: Change) => agreed.some((each) => each.change === sentenceOf(change));
  const wrong = changes.filter(
    (change) => change.verdict === "breaking" || (change.verdict === "ordered" && !isAgreed(change)),
  );
  const stale = agreed.filter(({ change }) => !sentences.includes(change));
  return {
    refused: [
      ...wrong.map((change) => refusalOf(change, release)),
      ...stale.map(({ change }) => `tools/releases/accepted.json names what has not changed: ${change}`),
    ],
    passed: changes
      .filter((change) => !wrong.includes(change))
      .map((change) => `${change.verdict}: ${sentenceOf(change)}`),
  };
}

function refusalOf(change: Change, release: string): string {
  const sentence = sentenceOf(change);
  const what =
    change.verdict === "breaking"
      ? `breaks what release ${release} says`
      : "needs two deployments, in this order";
  return [
    `${change.verdict}: ${sentence}`,
    `  This ${what}${change.hurt.length > 0 ? `. Hurt: ${change.hurt.join("; ")}` : ""}.`,
    `  Do this: ${change.todo}.`,
    ...(change.verdict === "ordered"
      ? [
          `  Then write down that it is seen to, in tools/releases/accepted.json: ${JSON.stringify({ change: sentence, deployed: "how" })}`,
        ]
      : []),
  ].join("\n");
}

if (import.meta.main) {
  const release = lastRelease();
  const changes = changesBetween(releasedContracts(release), contractsOfTree());
  const { passed, refused } = judge(changes, accepted(), release);
  for (const each of passed) console.log(each);
  for (const each of refused) console.error(each);
  console.log(`${changes.length} changes of contracts since ${release}, ${refused.length} refused`);
  process.exitCode = refused.length > 0 ? 1 : 0;
}
