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
  poison: [{ kind: "poison", times: 3 }],
} as const satisfies Record<string, readonly GivenFault[]>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];
