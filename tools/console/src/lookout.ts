// Looks at the running laptop for what nobody tells of: queues, dead letters, stock, mails, faults, accounts.

import {
  bodyKey,
  deadLetter,
  EXHAUSTED,
  groupsOf,
  type LetterQueue,
  letterQueues,
} from "@order-saga/dead-letters/letters";
import { maskText } from "@order-saga/dead-letters/masking";
import { readCatalogue, readStock } from "@order-saga/dead-letters/records";
import { subjectOf } from "@order-saga/dead-letters/subject";
import { messagesIn, type StoredMail } from "@order-saga/emulator";
import { iso } from "@order-saga/invariants/bounded";
import { presets } from "@order-saga/local/faults/presets";
import { sayFault } from "@order-saga/local/faults/say";
import { createAudit } from "./audit.ts";
import type { WatchedRuntime } from "./watched.ts";
import type {
  DeadLetter,
  DeadLetterGroup,
  FaultBoardState,
  MailRow,
  PendingRow,
  QueueGauge,
  ReactionNode,
  StockRow,
} from "./wire.ts";

export type Lookout = ReturnType<typeof createLookout>;

export function createLookout(runtime: WatchedRuntime, reactions: readonly ReactionNode[]) {
  const { aws, faults, recorder } = runtime;
  const letterBoxes = letterQueues(reactions);
  const boxOf = new Map(letterBoxes.map((box) => [box.queue, box]));
  const known = new Set<string>();
  const mails: MailRow[] = [];
  let hasLooked = false;
  /** Messages that were redriven, by queue and body. */
  const redriven = new Set<string>();

  function gauge(queue: string, kind: QueueGauge["kind"], reaction: string): QueueGauge {
    const count = aws.queues.count(queue);
    const oldest =
      messagesIn(count) > 0 && messagesIn(count) < MOST_AGED
        ? Math.min(...aws.queues.messages(queue).map(({ sentAt }) => sentAt))
        : undefined;
    const tally = kind === "reaction" ? recorder.tally(reaction) : { delivered: 0, settled: 0, failed: 0 };
    return {
      queue,
      kind,
      reaction,
      ...count,
      ...(oldest !== undefined && Number.isFinite(oldest) && { oldestAt: iso(oldest) }),
      ...tally,
    };
  }

  function lettersIn(box: LetterQueue): DeadLetter[] {
    if (messagesIn(aws.queues.count(box.queue)) === 0) return [];
    return aws.queues.messages(box.queue).map((message) => deadLetter(message, box));
  }

  /** What is new goes into its order's history. */
  function note(letters: readonly DeadLetter[]): void {
    for (const letter of letters) {
      const { cause, messageId, orderId, queue, reaction, sentAt } = letter;
      if (known.has(messageId)) continue;
      known.add(messageId);
      if (orderId === undefined || !recorder.order(orderId)) continue;
      const wasParked = cause !== EXHAUSTED && boxOf.get(queue)?.kind === "dead-letter";
      const nextAt = lastAttempt(letter)?.nextAt;
      // SQS keeps the time at which a message was first sent; an exhausted one left when it could be received again.
      const left = nextAt ?? (hasLooked ? iso(runtime.now()) : sentAt);
      const at = Math.min(Date.parse(wasParked ? sentAt : left), runtime.now());
      recorder.record({ kind: "dead-letter", at, orderId, queue, reaction, cause });
    }
    hasLooked = true;
    const counts = new Map<string, number>();
    for (const { orderId } of letters)
      if (orderId !== undefined) counts.set(orderId, (counts.get(orderId) ?? 0) + 1);
    recorder.setDeadLetters(counts);
  }

  function lastAttempt({ eventType, orderId, reaction }: DeadLetter) {
    const moments = orderId === undefined ? [] : (recorder.order(orderId)?.moments ?? []);
    return moments
      .filter((each) => each.kind === "attempt")
      .findLast((each) => each.reaction === reaction && each.eventType === eventType);
  }

  return {
    boxOf: (queue: string) => boxOf.get(queue),

    queues: (): QueueGauge[] => [
      ...reactions.map(({ name, queue }) => gauge(queue, "reaction", name)),
      ...letterBoxes.map(({ kind, queue, reaction }) => gauge(queue, kind, reaction.name)),
    ],

    pending: (): PendingRow[] =>
      aws.pendingDeliveries().map(({ attempts, body, errorCode, nextTryAt, target }) => ({
        reaction: reactions.find(({ queue }) => target.Arn.endsWith(`:${queue}`))?.name ?? target.Arn,
        eventId: subjectOf(body).eventId,
        attempts,
        nextAttemptAt: iso(nextTryAt),
        errorCode,
      })),

    letters(): DeadLetter[] {
      const letters = letterBoxes.flatMap(lettersIn);
      note(letters);
      return letters;
    },

    groups(letters: readonly DeadLetter[]): DeadLetterGroup[] {
      return groupsOf(letters, {
        kindOf: (queue) => boxOf.get(queue)?.kind ?? "dead-letter",
        cameBack: ({ body, queue }) => redriven.has(bodyKey(queue, body)),
        lastError: (letter) => lastAttempt(letter)?.errorName,
      });
    },

    /** To know it again should it come back; the body as it lies in the queue. */
    noteRedriven: (queue: string, body: string) => void redriven.add(bodyKey(queue, maskText(body))),

    mails(): MailRow[] {
      // A mail never changes, so only new ones are read.
      mails.push(...aws.mails(mails.length).map(mailRow));
      return mails;
    },

    async stock(): Promise<StockRow[]> {
      const products = await readCatalogue(runtime.clients.dynamodb);
      const levels = new Map(
        (
          await readStock(
            runtime.clients.dynamodb,
            products.map(({ sku }) => String(sku)),
          )
        ).map((item) => [String(item.sku), item]),
      );
      const byName = products.toSorted((a, b) => String(a.name).localeCompare(String(b.name)));
      return byName.map(({ currency, name, sku, unitPrice }) => {
        const level = levels.get(String(sku));
        return {
          sku: String(sku),
          name: String(name),
          unitPrice: Number(unitPrice),
          currency: String(currency),
          available: Number(level?.available ?? 0),
          reserved: Number(level?.reserved ?? 0),
          sold: Number(level?.sold ?? 0),
        };
      });
    },

    faults: (): FaultBoardState => ({
      seed: faults.seed(),
      faults: faults.list().map((each) => ({
        id: each.id,
        kind: each.kind,
        words: sayFault(each).replace(/^\S+: /, ""),
        hits: each.hits,
        ...(each.left !== undefined && { left: each.left }),
        ...("orderId" in each && each.orderId !== undefined && { orderId: each.orderId }),
        ...("reaction" in each && each.reaction !== undefined && { reaction: each.reaction }),
      })),
      presets: Object.entries(presets).map(([name, list]) => ({
        name,
        words: list.map(({ kind, ...rest }) => [kind, ...Object.values(rest)].join(" ")).join("; "),
      })),
    }),

    accounts: createAudit(runtime),
  };
}

function mailRow({ at, headers, id, subject }: StoredMail): MailRow {
  const [orderId = "", kind = ""] = (headers["x-order-mail"] ?? "").split("/");
  return { id, orderId, kind, subject: maskText(subject), at: iso(at) };
}

/** Of a queue that holds more, the age of the oldest message is not worth a look at all of them. */
const MOST_AGED = 2000;
