// What an operator does to dead letters on the laptop: tries them on a copy, and sends them back; every act is written down.
import { setTimeout as pause } from "node:timers/promises";
import { copyOfRecords } from "@order-saga/dead-letters/copy";
import { dryRun } from "@order-saga/dead-letters/dry-run";
import { isWantedBy, type LetterQueue } from "@order-saga/dead-letters/letters";
import { redriveAll, redriveEach } from "@order-saga/dead-letters/redrive";
import { sayResult } from "@order-saga/dead-letters/say-result";
import { subjectOf } from "@order-saga/dead-letters/subject";
import { arnOf } from "@order-saga/local/aws";
import type { GivenFault } from "@order-saga/local/faults/fault";
import type { ActLog } from "./acts.ts";
import type { Lookout } from "./lookout.ts";
import type { WatchedRuntime } from "./watched.ts";
import type { DryRun, RedriveRequest, RedriveResult } from "./wire.ts";

/** An act that cannot be done as things are; the message says why. */
export class CannotAct extends Error {
  override readonly name = "CannotAct";
}

const DEFAULT_RATE = 10;
/** As long a redrive that stops on failure waits to see what becomes of a message. */
const PATIENCE_MILLISECONDS = 10_000;

export function createRepair(runtime: WatchedRuntime, { acts, lookout }: { acts: ActLog; lookout: Lookout }) {
  const { aws, clients, faults, queueUrls, reactions } = runtime;
  const busy = new Set<string>();
  /** Whoever waits for the end of an attempt at a message. */
  const waiting = new Map<string, (hasFailed: boolean) => void>();
  /** Attempts that ended during a redrive: the first may be over before SQS has told the id of its message. */
  const ended = new Map<string, boolean>();
  runtime.observe({
    batchChanged({ end, records }) {
      if (!end || busy.size === 0) return;
      for (const { messageId } of records) {
        ended.set(messageId, end.failed.has(messageId));
        waiting.get(messageId)?.(end.failed.has(messageId));
      }
    },
  });

  function boxOf(queue: string): LetterQueue {
    const box = lookout.boxOf(queue);
    if (!box) throw new CannotAct(`${queue} is no dead-letter queue.`);
    return box;
  }

  async function outcomeOf(box: LetterQueue, id: string, body: string, end: Promise<boolean | undefined>) {
    const hasFailed = await Promise.race([end, pause(PATIENCE_MILLISECONDS, undefined, { ref: false })]);
    waiting.delete(id);
    if (hasFailed !== false) return hasFailed === undefined ? "unknown" : "failed";
    // A function that parks a message has settled it.
    const parked = aws.queues.messages(box.reaction.deadLetterQueue).some((each) => each.body === body);
    return parked ? "failed" : "settled";
  }

  async function redriveOneByOne(
    box: LetterQueue,
    asked: RedriveRequest,
    who: string,
  ): Promise<RedriveResult> {
    const { rate = DEFAULT_RATE, stopOnFailure = true } = asked;
    const isWanted = isWantedBy(asked, box);
    const lying = aws.queues.messages(box.queue).filter(isWanted);
    if (lying.length === 0) throw new CannotAct(`${box.queue} holds no such message any more.`);
    const outcomes: Promise<string>[] = [];
    const { moved, stopped } = await redriveEach({
      sqs: clients.sqs,
      fromUrl: queueUrls.get(box.queue) ?? "",
      toUrl: queueUrls.get(box.reaction.queue) ?? "",
      isWanted,
      most: lying.length,
      rate,
      startedAt: runtime.now(),
      async onMoved({ body, ended: end, newId }) {
        lookout.noteRedriven(box.queue, body);
        lookout.noteRedriven(box.reaction.deadLetterQueue, body);
        const { orderId } = subjectOf(body);
        if (orderId !== undefined)
          runtime.recorder.record({
            kind: "redrive",
            at: runtime.now(),
            orderId,
            queue: box.queue,
            reaction: box.reaction.name,
            who,
          });
        const outcome = outcomeOf(box, newId, body, end);
        outcomes.push(outcome);
        return !stopOnFailure || (await outcome) !== "failed";
      },
      watch: (newId) =>
        new Promise((resolve) => {
          waiting.set(newId, resolve);
          const known = ended.get(newId);
          if (known !== undefined) resolve(known);
        }),
      pause,
    });
    const ends = await Promise.all(outcomes);
    const count = (end: string) => ends.filter((each) => each === end).length;
    return {
      redriven: moved,
      settled: count("settled"),
      failedAgain: count("failed"),
      left: aws.queues.count(box.queue).ready,
      stopped,
    };
  }

  return {
    async dryRun({ messageIds, queue }: { queue: string; messageIds: readonly string[] }): Promise<DryRun[]> {
      const box = boxOf(queue);
      const reaction = reactions.find(({ manifest }) => manifest.name === box.reaction.name);
      const messages = aws.queues.messages(queue).filter(({ messageId }) => messageIds.includes(messageId));
      if (!reaction || messages.length === 0) throw new CannotAct(`${queue} holds no such message any more.`);
      const { items, payments } = await copyOfRecords(runtime, box.reaction.service, messages);
      const on = faults.list().filter(({ left }) => left !== 0);
      return dryRun({
        reaction,
        messages,
        items,
        payments,
        faults: on.map(({ hits: _hits, id: _id, left, ...fault }) =>
          left === undefined ? fault : { ...fault, times: left },
        ) as GivenFault[],
        seed: faults.seed(),
        clock: runtime.clock,
      });
    },

    async redrive(asked: RedriveRequest, who: string): Promise<RedriveResult> {
      const box = boxOf(asked.queue);
      if (busy.has(box.queue)) throw new CannotAct(`A redrive of ${box.queue} is under way.`);
      busy.add(box.queue);
      const target = `${box.queue}${asked.messageIds ? ` (${asked.messageIds.length} chosen)` : asked.groupKey ? ` (${asked.groupKey.split("/").at(-1)})` : " (all)"}`;
      const write = (outcome: string) =>
        acts.add({ at: new Date(runtime.now()).toISOString(), who, act: "redrive", target, outcome });
      try {
        const isAll = asked.messageIds === undefined && asked.groupKey === undefined;
        const result =
          isAll && asked.stopOnFailure === false && box.kind === "dead-letter"
            ? await redriveWhole(box, asked.rate ?? DEFAULT_RATE)
            : await redriveOneByOne(box, asked, who);
        write(sayResult(result));
        return result;
      } catch (error) {
        write(error instanceof Error ? error.message : String(error));
        throw error;
      } finally {
        busy.delete(box.queue);
        if (busy.size === 0) ended.clear();
      }
    },
  };

  async function redriveWhole(box: LetterQueue, rate: number): Promise<RedriveResult> {
    const lying = aws.queues.messages(box.queue);
    if (lying.length === 0) throw new CannotAct(`${box.queue} is empty.`);
    for (const { body } of lying) lookout.noteRedriven(box.queue, body);
    const redriven = await redriveAll({
      sqs: clients.sqs,
      sourceArn: arnOf(box.queue),
      destinationArn: arnOf(box.reaction.queue),
      rate,
      pause,
    });
    const { ready } = aws.queues.count(box.queue);
    return { redriven, settled: 0, failedAgain: 0, left: ready, stopped: false };
  }
}
