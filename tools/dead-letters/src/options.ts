// The words of `pnpm dlq`: what is asked, of which letters, where.
import { type Declaration, parse, port, stage, UsageError, type Values } from "@order-saga/arguments";

const options = {
  stage: {
    ...stage,
    says: "a deployed stage, with the AWS credentials and region of this shell; else the laptop",
  },
  port: { ...port, variable: "PORT", default: 3000, says: "where the laptop's API listens" },
  rate: { kind: "number", least: 0.1, most: 500, default: 10, says: "messages a second" },
  "keep-going": { kind: "flag", says: "go on when a message fails again" },
  reason: { kind: "text", says: "why a message may be lost, for discard" },
  yes: { kind: "flag", says: "do not ask" },
  json: { kind: "flag", says: "for programs: the same shapes as the console's" },
} as const;

const commands = ["list", "show", "dry-run", "redrive", "discard"] as const;

export const dlqDeclaration: Declaration<typeof options> = {
  name: "pnpm dlq",
  says: "Dead letters: what lies there, what would become of it, send it back, or delete it for good.",
  usage: [
    "list    [TARGET] [--stage NAME] [--json]",
    "show     TARGET  [--stage NAME] [--json]",
    "dry-run  TARGET  [--stage NAME] [--json]",
    "redrive  TARGET  [--stage NAME] [--json] [--rate 10] [--keep-going] [--yes]",
    "discard  TARGET  --reason TEXT  [--stage NAME] [--json] [--yes]",
  ],
  words: [
    { name: "COMMAND", of: commands },
    {
      name: "TARGET",
      says: "a queue (payment-capture-payment-dlq), a reaction (capture-payment), a group as list names it (payment-capture-payment-dlq/exhausted), a message's id, or all",
      isOptional: true,
    },
  ],
  options,
  notes: `A dry run tries each message on a copy, by the code on this disk; it changes nothing. A redrive may be repeated at any
time: a reaction that finds its work done changes nothing. What is discarded is gone: one message or one group at a time.`,
};

type Command = (typeof commands)[number];

export type DlqOptions = {
  command: Command;
  target: string;
  stage: string | undefined;
  port: number;
  json: boolean;
  rate: number;
  keepGoing: boolean;
  yes: boolean;
  /** Given for a discard. */
  reason: string;
};

/** Throws UsageError. */
export function parseDlqOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): DlqOptions {
  const { values, words } = parse(dlqDeclaration, args, environment);
  return dlqOptions(values, words);
}

export function dlqOptions(values: Values<typeof options>, words: readonly string[]): DlqOptions {
  // The declaration has refused every other command.
  const [command, target] = words as [Command, string?];
  if (target === undefined && command !== "list")
    throw new UsageError(`${command} needs a target: a queue, a reaction, a group, a message, or all`);
  const { json, port, rate, stage, yes } = values;
  const reason = values.reason?.trim() ?? "";
  if (command === "discard" && reason.length < 3)
    throw new UsageError("discard needs --reason: say in a few words why the message may be lost");
  const keepGoing = values["keep-going"];
  return { command, target: target ?? "all", stage, port, json, rate, keepGoing, yes, reason };
}
