// The words of `pnpm dlq`: what is asked, of which letters, where.
import { parseArgs } from "node:util";
import { parsePort, UsageError } from "@order-saga/local/options";

export const usage = `Usage: pnpm dlq list    [TARGET] [--stage NAME] [--json]
       pnpm dlq show     TARGET  [--stage NAME] [--json]
       pnpm dlq dry-run  TARGET  [--stage NAME] [--json]
       pnpm dlq redrive  TARGET  [--stage NAME] [--json] [--rate 10] [--keep-going] [--yes]

  TARGET        a queue (payment-capture-payment-dlq), a reaction (capture-payment), a group as list names it
                (payment-capture-payment-dlq/exhausted), a message's id, or all
  --stage       a deployed stage, with the AWS credentials and region of this shell; else the laptop
  --port        where the laptop's API listens (PORT), default 3000
  --rate        messages a second
  --keep-going  go on when a message fails again
  --yes         do not ask
  --json        for programs: the same shapes as the console's

A dry run tries each message on a copy, by the code on this disk; it changes nothing. A redrive may be repeated at any
time: a reaction that finds its work done changes nothing.`;

export type Command = "list" | "show" | "dry-run" | "redrive";

export type DlqOptions = {
  command: Command;
  target: string;
  stage: string | undefined;
  port: number;
  json: boolean;
  rate: number;
  keepGoing: boolean;
  yes: boolean;
};

const commands: readonly string[] = ["list", "show", "dry-run", "redrive"] satisfies Command[];

/** Throws UsageError. */
export function parseDlqOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): DlqOptions {
  const { positionals, values } = parseWords(args);
  const [command, target, ...more] = positionals;
  if (command === undefined || !commands.includes(command))
    throw new UsageError(
      `${command === undefined ? "Say what to do" : `There is no command ${command}`}.\n\n${usage}`,
    );
  if (more.length > 0) throw new UsageError(`One target at a time, not also ${more.join(" ")}.\n\n${usage}`);
  if (target === undefined && command !== "list")
    throw new UsageError(
      `${command} needs a target: a queue, a reaction, a group, a message, or all.\n\n${usage}`,
    );
  const rate = Number(values.rate ?? "10");
  if (!(rate >= 0.1 && rate <= 500)) throw new UsageError(`--rate needs a number from 0.1 to 500.`);
  if (values.stage !== undefined && !/^[a-z0-9][a-z0-9-]*$/i.test(values.stage))
    throw new UsageError(`--stage needs letters, digits and hyphens, not ${JSON.stringify(values.stage)}.`);
  return {
    command: command as Command,
    target: target ?? "all",
    stage: values.stage,
    port: parsePort("--port", values.port ?? environment.PORT ?? "3000"),
    json: values.json === true,
    rate,
    keepGoing: values["keep-going"] === true,
    yes: values.yes === true,
  };
}

function parseWords(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    return parseArgs({
      args: args.filter((each) => each !== "--"),
      allowPositionals: true,
      options: { stage: text, port: text, json: flag, rate: text, "keep-going": flag, yes: flag },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
