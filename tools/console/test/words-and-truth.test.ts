// What the console says of an order, beside what the simulator knows to be true: the provider's money, the
// stock's records, the mails that went out, the messages that lie in queues. No sentence may contradict them.

import { subjectOf } from "@order-saga/contracts";
import { eventHeaderOf } from "@order-saga/dead-letters/event-header";
import { type Facts, withFact } from "@order-saga/protocol/facts";
import type { Checker, Observed, Violation } from "@order-saga/simulation/checkers/observed";
import { notificationOf, orderOf, paymentOf, reservationOf } from "@order-saga/simulation/checkers/records";
import { loadFunctions } from "@order-saga/simulation/load-functions";
import { planOf } from "@order-saga/simulation/seed-plan";
import { simulate } from "@order-saga/simulation/simulate";
import { expect, test } from "vitest";
import { mailStandings } from "../src/mail-standings.ts";
import { type Awaited, whyOf } from "../src/why.ts";

const SEEDS = Number(process.env.WHY_SEEDS ?? (process.env.NIGHTLY ? 2000 : 4));
const FROM = Number(process.env.WHY_FROM ?? 1);
/** Of the steps of a run, so many are looked at. */
const EVERY = 25;

/** What one sentence claims; undefined where it is not said. */
type Claim = { says: RegExp; isTrue: (truth: Truth, said: RegExpExecArray) => boolean };
type Truth = {
  captured: number;
  /** In refunds that were made, one that the bank took back later too: it is heard of later. */
  refunded: number;
  /** In refunds that were made and still stand. */
  isBack: number;
  stock: string | undefined;
  /** Kinds of the mails that went out. */
  mails: readonly string[];
  /** How which mails came back, such as `bounced received`. */
  returns: readonly string[];
  /** What lies in a queue of the order. */
  lies: (queue: string, eventType: string) => boolean;
};

/** All of it was given back at some time, and no more than that is back now. */
const isGivenBack = ({ captured, isBack, refunded }: Truth) => refunded >= captured && isBack <= captured;

const claims: readonly Claim[] = [
  {
    says: /^Confirmed; the money is captured and the stock is sold/,
    isTrue: ({ captured, stock }) => captured > 0 && stock === "COMMITTED",
  },
  {
    says: /^Cancelled; the money was refunded and the stock is back/,
    isTrue: (truth) => truth.captured > 0 && isGivenBack(truth) && truth.stock === "RELEASED",
  },
  { says: /^Cancelled; nothing was charged/, isTrue: isGivenBack },
  {
    says: /^Rejected; the stock did not suffice/,
    isTrue: (truth) => truth.stock === "REJECTED" && isGivenBack(truth),
  },
  {
    says: /^Rejected; (?:the card was declined|the provider does not know|not decided in time)/,
    isTrue: (truth) => truth.stock !== "COMMITTED" && isGivenBack(truth),
  },
  {
    says: /(?:refused the mail|The mail|not told: the mail) “([\w:-]+)” (?:at|has been due|was not sent)/,
    isTrue: ({ mails }, [, kind = ""]) => !mails.includes(kind),
  },
  {
    says: /The mail “([\w:-]+)” came back at \S+(?: \S+)? UTC: /,
    isTrue: ({ returns }, [, kind = ""]) => returns.includes(`bounced ${kind}`),
  },
  {
    says: /The mail “([\w:-]+)” came back at \S+(?: \S+)? UTC for a reason/,
    isTrue: ({ returns }, [, kind = ""]) => returns.includes(`bounced_for_now ${kind}`),
  },
  {
    says: /complained about the mail “([\w:-]+)”/,
    isTrue: ({ returns }, [, kind = ""]) => returns.includes(`complained ${kind}`),
  },
  {
    says: /gave up on (\w+) after .* it lies in ([\w-]+) until/,
    isTrue: ({ lies }, [, eventType = "", queue = ""]) => lies(queue, eventType),
  },
  {
    says: /([A-Z]\w+) waits in ([\w-]+) for/,
    isTrue: ({ lies }, [, eventType = "", queue = ""]) => lies(queue, eventType),
  },
];

const said = new Map<string, number>();

/** The console's words of each order that a step touched, and where they contradict the truth. */
function contradictions(given: { factsOf: (observed: Observed, orderId: string) => string }): Checker {
  let steps = 0;
  return {
    invariant: "words",
    says: "what the console says of an order is so",
    afterStep(observed, { orderIds }) {
      if (++steps % EVERY !== 0) return [];
      return [...orderIds].flatMap((orderId) => judge(observed, orderId, given.factsOf(observed, orderId)));
    },
    atRest: (observed) =>
      [...observed.items("orders")]
        .filter(({ sk }) => sk === "ORDER")
        .flatMap(({ orderId }) => judge(observed, String(orderId), given.factsOf(observed, String(orderId)))),
  };
}

function judge(observed: Observed, orderId: string, factsOf: string): Violation[] {
  const order = orderOf(observed, orderId);
  if (!order) return [];
  const { facts, words } = wordsOf(observed, orderId, factsOf);
  if (!facts.OrderPlaced) return [];
  const truth = truthOf(observed, orderId);
  return claims.flatMap(({ isTrue, says }) => {
    const found = says.exec(words);
    if (found) said.set(says.source, (said.get(says.source) ?? 0) + 1);
    return !found || isTrue(truth, found)
      ? []
      : [{ invariant: "words", orderId, detail: `“${words}” but ${JSON.stringify(truth)}` }];
  });
}

function wordsOf(observed: Observed, orderId: string, factsFor: string) {
  const facts = factsOf(observed, factsFor);
  const reservation = reservationOf(observed, orderId);
  const mails = mailStandings(notificationOf(observed, orderId), facts, observed.now);
  const records = { payment: paymentOf(observed, orderId), reservation: reservation as never };
  const { words } = whyOf({ now: observed.now, facts, mails, records, awaits: awaitsOf(observed, orderId) });
  return { facts, words };
}

/** Of each run, by order: what the bus took so far. */
const heard = new WeakMap<Observed["published"], { upTo: number; facts: Map<string, Facts> }>();

function factsOf({ published }: Observed, orderId: string): Facts {
  const known = heard.get(published) ?? { upTo: 0, facts: new Map<string, Facts>() };
  heard.set(published, known);
  for (; known.upTo < published.length; known.upTo++) {
    const { accepted, event } = published[known.upTo] ?? {};
    if (accepted && event)
      known.facts.set(subjectOf(event), withFact(known.facts.get(subjectOf(event)) ?? {}, event));
  }
  return known.facts.get(orderId) ?? {};
}

function awaitsOf(observed: Observed, orderId: string): Awaited[] {
  return [...observed.queues()].flatMap(({ kind, messages, name }) =>
    [...messages]
      .filter(({ body, poison }) => !poison && body.includes(orderId))
      .map(({ body, receiveCount }): Awaited => {
        const about = { queue: name, eventType: eventHeaderOf(body).eventType, of: 5 };
        const reaction = name.replace(/^[a-z]+-/, "").replace(/-(dlq|undelivered)$/, "");
        if (kind !== "reaction")
          return {
            ...about,
            reaction,
            attempt: 5,
            state: kind === "dead-letter" ? "dead letter" : "undelivered",
          };
        return {
          ...about,
          reaction,
          attempt: receiveCount + 1,
          state: receiveCount > 0 ? "in flight" : "ready",
        };
      }),
  );
}

function truthOf(observed: Observed, orderId: string): Truth {
  const intents = observed.intents.get(orderId) ?? [];
  const made = intents.flatMap(({ refunds }) => refunds.filter(({ wasMade }) => wasMade));
  const sum = (amounts: readonly number[]) => amounts.reduce((total, each) => total + each, 0);
  return {
    captured: sum(intents.map(({ captured }) => captured)),
    refunded: sum(made.map(({ amount }) => amount)),
    isBack: sum(made.filter(({ status }) => status !== "failed").map(({ amount }) => amount)),
    stock: reservationOf(observed, orderId)?.state,
    mails: observed.mails.filter((mail) => mail.orderId === orderId).map(({ kind }) => kind),
    returns: observed.returns
      .filter(({ mail }) => mail.orderId === orderId)
      .map(({ how, mail }) => `${how} ${mail.kind}`),
    lies: (queue, eventType) =>
      [...observed.queues()].some(
        ({ messages, name }) =>
          name === queue &&
          [...messages].some(({ body }) => body.includes(orderId) && body.includes(eventType)),
      ),
  };
}

async function violations(seed: number, checker: () => Checker): Promise<readonly Violation[]> {
  const first = await functions;
  const { violations: found } = await simulate(planOf(seed), {
    versions: { first, second: first },
    checkers: () => [checker()],
  });
  return found;
}

const functions = loadFunctions();

test(`no sentence contradicts the truth, over ${SEEDS} seeds`, { timeout: 1_800_000 }, async () => {
  const found: string[] = [];
  for (let seed = FROM; seed < FROM + SEEDS; seed++)
    for (const each of await violations(seed, () => contradictions({ factsOf: (_, orderId) => orderId })))
      found.push(`seed ${seed}, ${each.orderId}: ${each.detail}`);
  console.log([...said].map(([sentence, times]) => `${times} × ${sentence}`).join("\n"));
  expect(found).toEqual([]);
});

test("words of one order beside the truth of another are found out", { timeout: 600_000 }, async () => {
  const mixedUp = (observed: Observed, orderId: string) => {
    const all = [...observed.items("orders")]
      .filter(({ sk }) => sk === "ORDER")
      .map((each) => String(each.orderId));
    return all[(all.indexOf(orderId) + 1) % all.length] ?? orderId;
  };
  let found = 0;
  for (let seed = 1; seed <= 3; seed++)
    found += (await violations(seed, () => contradictions({ factsOf: mixedUp }))).length;
  expect(found).toBeGreaterThan(0);
});
