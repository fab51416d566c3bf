// Each promise can fail: the graph is edited as a careless change of stacks/ would, and the promise names it.
import { expect, test } from "vitest";
import type { Graph } from "../src/graph.ts";
import { consumerPromises } from "../src/promises/consumers.ts";
import { promises } from "../src/promises/index.ts";
import { accountMutations } from "./mutations/account.ts";
import { alarmMutations } from "./mutations/alarms.ts";
import { apiMutations } from "./mutations/api.ts";
import { backupMutations } from "./mutations/backups.ts";
import { bucketMutations } from "./mutations/buckets.ts";
import { bundlesMutations } from "./mutations/bundles.ts";
import { capacityMutations } from "./mutations/capacity.ts";
import { completenessMutations } from "./mutations/completeness.ts";
import { costMutations } from "./mutations/costs.ts";
import { dataMutations } from "./mutations/data.ts";
import { deliveryMutations } from "./mutations/delivery.ts";
import type { Mutation } from "./mutations/edits.ts";
import { grantsMutations } from "./mutations/grants.ts";
import { numberMutations } from "./mutations/numbers.ts";
import { operationsMutations } from "./mutations/operations.ts";
import { orderMutations } from "./mutations/order.ts";
import { permissionsMutations } from "./mutations/permissions.ts";
import { queryMutations } from "./mutations/queries.ts";
import { queuesMutations } from "./mutations/queues.ts";
import { returnedMailMutations } from "./mutations/returned-mail.ts";
import { rolloutMutations } from "./mutations/rollout.ts";
import { switchMutations } from "./mutations/switches.ts";
import { tableMutations } from "./mutations/tables.ts";
import { triggerMutations } from "./mutations/triggers.ts";
import { rendered } from "./rendered.ts";

const graphs = { production: await rendered("production"), ada: await rendered("ada") };

const mutations: readonly Mutation[] = [
  ...completenessMutations,
  ...queuesMutations,
  ...deliveryMutations,
  ...returnedMailMutations,
  ...triggerMutations,
  ...orderMutations,
  ...rolloutMutations,
  ...permissionsMutations,
  ...grantsMutations,
  ...dataMutations,
  ...accountMutations,
  ...apiMutations,
  ...capacityMutations,
  ...operationsMutations,
  ...alarmMutations,
  ...queryMutations,
  ...numberMutations,
  ...bundlesMutations,
  ...tableMutations,
  ...bucketMutations,
  ...backupMutations,
  ...costMutations,
  ...switchMutations,
];

test.each(mutations)("$change: $breaks…", ({ edit, breaks, in: other }) => {
  const stage = other ?? "production";
  const graph = structuredClone(graphs[stage]);
  edit(graph);
  expect(complaints(graph, breaks), "the promise does not notice").not.toEqual([]);
  expect(complaints(graphs[stage], breaks), "the promise does not hold to begin with").toEqual([]);
});

/** What the promise that begins with these words says; one that cannot even be judged complains as well. */
function complaints(graph: Graph, says: string): string[] {
  const [found, second] = promises.filter((each) => each.says.startsWith(says));
  if (!found || second) throw new Error(`Not one promise begins with "${says}".`);
  try {
    return found.broken(graph);
  } catch (error) {
    return [String(error)];
  }
}

test("every promise is broken by some mutation", () => {
  // Production has no worker; worker.test.ts breaks the promises about it.
  const ofProduction = promises.filter((each) => !consumerPromises.includes(each));
  const unbroken = ofProduction.filter(
    ({ says }) => !mutations.some(({ breaks }) => says.startsWith(breaks)),
  );
  expect(unbroken.map(({ says }) => says)).toEqual([]);
});
