// The options of `pnpm check` and `pnpm test`, which must run without the parser in tools/arguments.
import { type ParseArgsConfig, parseArgs } from "node:util";

/** Prints the help, or one sentence about a mistake, and exits; else returns what was given. */
export function readArguments<const C extends ParseArgsConfig>(help: string, config: C) {
  try {
    // pnpm passes a bare `--` on.
    const args = process.argv.slice(2).filter((each) => each !== "--");
    if (args.some((each) => each === "--help" || each === "-h")) {
      console.log(help);
      process.exit(0);
    }
    return parseArgs({ ...config, args });
  } catch (error) {
    const [sentence] = error instanceof Error ? error.message.split(". ") : [String(error)];
    console.error(`${sentence} (--help lists the options)`);
    process.exit(2);
  }
}
