// Sets of faults that belong together, by the name of the bad day they stand for.
import type { GivenFault } from "./fault.ts";

export const presets = {
  "provider outage": [{ kind: "provider", outcome: "down" }],
  "slow provider": [{ kind: "provider", outcome: "slow", milliseconds: 2000 }],
  "mail outage": [{ kind: "mail", outcome: "throttled" }],
  "lost answers": [
    { kind: "put-events", outcome: "answer-lost", chance: 0.3 },
    { kind: "provider", outcome: "unknown", chance: 0.5 },
    { kind: "crash", effect: "after", chance: 0.1 },
  ],
  "flaky network": [
    { kind: "put-events", outcome: "refused", chance: 0.2 },
    { kind: "put-events", outcome: "throttled", chance: 0.05 },
    { kind: "put-events", outcome: "answer-lost", chance: 0.05 },
    { kind: "queue-down", chance: 0.05 },
    { kind: "duplicate", chance: 0.2 },
    { kind: "reorder", withinSeconds: 30, chance: 0.3 },
    { kind: "crash", effect: "before", chance: 0.05 },
    { kind: "crash", effect: "after", chance: 0.05 },
    { kind: "provider", outcome: "unknown", chance: 0.1 },
    { kind: "provider", outcome: "down", chance: 0.1 },
    { kind: "mail", outcome: "throttled", chance: 0.1 },
  ],
  "lagging indexes": [{ kind: "stale-reads", withinSeconds: 300, chance: 0.7 }],
  poison: [{ kind: "poison", times: 3 }],
} as const satisfies Record<string, readonly GivenFault[]>;

export type PresetName = keyof typeof presets;

/** What a person sees of each, in one sentence. */
export const presetWords: Readonly<Record<PresetName, string>> = {
  "provider outage": "The payment provider does not answer; orders wait, and go on when it is back.",
  "slow provider": "The payment provider takes 2 s for each answer.",
  "mail outage": "The mail service refuses mails as too many; mails wait and go out later.",
  "lost answers":
    "The bus, the provider and the functions do their work, but often nothing tells that they did.",
  "flaky network": "A little of everything: refusals, lost answers, repeated and late events, crashes.",
  "lagging indexes":
    "Lists and sweeps often see orders as they were up to five minutes before; nothing is lost by it.",
  poison: "Three unreadable messages come beside events, and end as dead letters.",
};
export const presetNames = Object.keys(presets) as PresetName[];
