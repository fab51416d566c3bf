// Dead letters in a terminal: groups, letters, dry runs, redrives.

import { describeRedrive } from "./redrive.ts";
import type {
  DeadLetter,
  DeadLetterGroup,
  DiscardRequest,
  DiscardResult,
  DryRun,
  RedriveResult,
} from "./types.ts";

export function printGroups(groups: readonly DeadLetterGroup[], now: number): string {
  if (groups.length === 0) return "No dead letters.";
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const lines = groups.map(({ act, count, failedAgain, key, message, oldestAt }) =>
    [
      `${String(count).padStart(5)}  ${key}  (oldest ${ageOf(oldestAt, now)}${failedAgain ? ", failed again" : ""})`,
      `       ${message}`,
      `       → ${act}`,
    ].join("\n"),
  );
  return [
    ...lines,
    `${total} dead letter${total === 1 ? "" : "s"} in ${groups.length} group${groups.length === 1 ? "" : "s"}.`,
  ].join("\n\n");
}

export function printLetters(letters: readonly DeadLetter[]): string {
  return letters
    .map(({ attempts, attributes, body, groupKey, messageId, sentAt, subject, verdict }) =>
      [
        `${messageId}  ${groupKey}`,
        `  about     ${subject ?? "nothing that it names"}`,
        `  sent      ${sentAt}, ${attempts} attempt${attempts === 1 ? "" : "s"}`,
        ...Object.entries(attributes).map(([name, value]) => `  ${name.padEnd(9)} ${value}`),
        `  contract  ${verdict.isValid ? "kept" : `broken at ${verdict.pointer || "/"}: ${verdict.message}`}`,
        `  body      ${body}`,
      ].join("\n"),
    )
    .join("\n\n");
}

const marks = { "would settle": "✓", "no effect": "·", "fails again": "✗" } as const;

export function printRuns(runs: readonly DryRun[]): string {
  return runs
    .map(({ changes, messageId, verdict, words }) =>
      [
        `${marks[verdict]} ${verdict.padEnd(12)} ${messageId}  ${words}`,
        ...changes.map((each) => `    ${each}`),
      ].join("\n"),
    )
    .join("\n");
}

export function printDiscarded(
  { queue, reason }: DiscardRequest,
  { discarded, left }: DiscardResult,
): string {
  return `${queue}: ${discarded} deleted for good, ${left} left. Reason: ${reason}`;
}

export function printResult(queue: string, result: RedriveResult): string {
  return `${queue}: ${describeRedrive(result)}.`;
}

function ageOf(at: string, now: number): string {
  const minutes = Math.max(0, Math.round((now - Date.parse(at)) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}
