// A replay of the archive to chosen reactions: started, watched, and told while it goes on.
import { setTimeout as pause } from "node:timers/promises";
import {
  DescribeReplayCommand,
  DescribeRuleCommand,
  type ReplayState,
  StartReplayCommand,
} from "@aws-sdk/client-eventbridge";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { type Archive, archiveOf, type Place, ReplayError } from "./place.ts";

/** Milliseconds since 1970. */
export type Window = { readonly from: number; readonly to: number };

export type Progress = { readonly state: string; readonly upTo: Date | undefined };

export const reactionNames: readonly string[] = allReactions(services).flatMap(({ rule }) =>
  rule?.bus === "saga" ? [rule.name] : [],
);

/** The full names of reactions that are given with or without their service. */
export function reactionsNamed(given: string | undefined): readonly string[] {
  if (given === undefined) return reactionNames;
  const found = reactionNames.filter((name) => name === given || name.endsWith(`-${given}`));
  if (found.length === 1) return found;
  throw new ReplayError(`There is no reaction ${given}; there are ${reactionNames.join(", ")}.`);
}

/** Refuses a window that is none, or of which the archive has forgotten the beginning. */
export function checkWindow({ from, to }: Window, { retentionDays }: Archive, now: number): void {
  if (from >= to)
    throw new ReplayError(`--from ${text(from)} is not before --to ${text(to)}; nothing lies between.`);
  const oldest = now - retentionDays * 86_400_000;
  if (retentionDays > 0 && from < oldest)
    throw new ReplayError(
      `The archive keeps ${retentionDays} days: nothing before ${text(oldest)} is there, and --from is ${text(from)}.`,
    );
}

const text = (time: number) => new Date(time).toISOString();

/** The ARNs of the reactions' rules, which a replay names. */
export function rulesOf(
  { clients, named }: Place,
  { busArn }: Archive,
  reactions: readonly string[],
): Promise<string[]> {
  return Promise.all(
    reactions.map(async (name) => {
      const rule = new DescribeRuleCommand({ Name: named(name), EventBusName: busArn });
      return (await clients.eventBridge.send(rule)).Arn ?? "";
    }),
  );
}

/** A name that no replay had before; AWS keeps names for 90 days. */
export const newReplayName = (what: string) =>
  `${what}-${new Date().toISOString().replace(/\D/g, "")}-${Math.random().toString(36).slice(2, 6)}`;

/**
 * Resolves when AWS calls the replay completed: every event was sent to the rules, which EventBridge does
 * minute by minute of the events' time. Throws if it failed or was cancelled.
 */
export async function replay(
  { clients: { eventBridge } }: Place,
  archive: Archive,
  asked: Window & { name: string; rules: readonly string[] },
  onProgress: (progress: Progress) => void = () => {},
): Promise<void> {
  const { from, name: ReplayName, rules, to } = asked;
  await eventBridge.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: archive.arn,
      EventStartTime: new Date(from),
      EventEndTime: new Date(to),
      Destination: { Arn: archive.busArn, FilterArns: [...rules] },
    }),
  );
  const over: readonly (ReplayState | undefined)[] = ["COMPLETED", "FAILED", "CANCELLED"];
  for (let wait = 50; ; wait = Math.min(5000, wait * 2)) {
    const { EventLastReplayedTime, State, StateReason } = await eventBridge.send(
      new DescribeReplayCommand({ ReplayName }),
    );
    onProgress({ state: State ?? "", upTo: EventLastReplayedTime });
    if (State === "COMPLETED") return;
    if (over.includes(State))
      throw new ReplayError(
        `The replay ${ReplayName} ${State?.toLowerCase()}: ${StateReason ?? "no reason"}.`,
      );
    await pause(wait);
  }
}

/** What a replay of the whole window to these reactions needs, checked. */
export async function prepared(place: Place, window: Window, reaction: string | undefined) {
  const reactions = reactionsNamed(reaction);
  const archive = await archiveOf(place);
  checkWindow(window, archive, Date.now());
  return { archive, reactions, rules: await rulesOf(place, archive, reactions) };
}
