// Reads rendered stages without knowing stacks or promises, and finds what AWS would refuse or never use.
import type { Graph } from "../graph.ts";
import { hasty } from "./edges.ts";
import { blindAlarms, unheardAlarms } from "./metrics.ts";
import { misnamed, tooLong } from "./names.ts";
import { lostNames, strangers, wildcards } from "./references.ts";
import { shared } from "./shared.ts";
import { loose } from "./wiring.ts";

/** ARNs of what may lie outside the stage, by settings: a mail identity of another one, a restored table. */
const isOfAnother = (arn: string) =>
  /^arn:aws:(ses:[^:]+:\d+:identity\/|dynamodb:[^:]+:\d+:table\/)/.test(arn);

/** What is wrong with one stage by itself. */
export function audit(graph: Graph, isShared: (arn: string) => boolean = () => false): string[] {
  return [
    ...graph.resources.flatMap(misnamed),
    ...graph.resources.flatMap(tooLong),
    ...wildcards(graph),
    ...strangers(graph, isShared),
    ...lostNames(graph),
    ...blindAlarms(graph),
    ...unheardAlarms(graph),
    ...loose(graph),
    ...hasty(graph),
  ];
}

/** As long as a stage's name may be, so that every name with it in is as long as it gets. */
export const longestStage = "the-longest-stage-of-all";

/** What is wrong with stages that live in one account; the first one owns what is shared. */
export function auditAll([owner, ...others]: readonly Graph[]): string[] {
  if (owner === undefined) return [];
  return [
    ...audit(owner),
    ...others.flatMap((each) => audit(each, isOfAnother)),
    ...others.flatMap((each) => shared(owner, each)),
  ];
}
