// A command is a declaration and what it does; several may stand under one name.
import type { Declaration, Options, Values } from "./declaration.ts";
import { helpOf, table } from "./help.ts";
import { type Environment, parse, UsageError } from "./parse.ts";

/** Answers the exit code; undefined is 0. */
type Action<V> = (values: V, words: string[]) => number | undefined | Promise<number | undefined>;

export type Command = {
  execute: (args: readonly string[], environment: Environment) => Promise<number | undefined>;
};

export function command<const O extends Options>(
  declaration: Declaration<O>,
  action: Action<Values<O>>,
): Command {
  return {
    async execute(args, environment) {
      if (args.some(asksForHelp)) return print(helpOf(declaration));
      return naming(declaration.name, async () => {
        const { values, words } = parse(declaration, args, environment);
        return action(values, words);
      });
    },
  };
}

type Part = { says: string; load: () => Promise<Command> };

/** Commands under one name, as `pnpm bench cold`: each is loaded when it is asked for. */
export function commands(name: string, says: string, parts: Readonly<Record<string, Part>>): Command {
  const rows = Object.entries(parts).map(([part, { says }]) => [part, says] as const);
  const help = `Usage: ${name} COMMAND [options]\n\n${says}\n\n${table([
    ...rows,
    ["--help", "this text; after a command, its options"],
  ])}`;
  const declaration = { name, says, words: [{ name: "COMMAND", of: Object.keys(parts) }] };
  return {
    async execute(args, environment) {
      const [first, ...rest] = args.filter((each) => each !== "--");
      if (first !== undefined && asksForHelp(first)) return print(help);
      const part = await naming(name, () => {
        const { words } = parse(declaration, first === undefined ? [] : [first]);
        return parts[words[0] ?? ""];
      });
      return (await part?.load())?.execute(rest, environment);
    },
  };
}

/** A mistake's sentence ends with where more is said. */
async function naming<T>(name: string, work: () => T): Promise<Awaited<T>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message.replace(/\.$/, "")} (${name} --help)`);
  }
}

function asksForHelp(text: string): boolean {
  return text === "--help" || text === "-h";
}

function print(text: string): number {
  console.log(text);
  return 0;
}
