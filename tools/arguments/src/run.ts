// Runs a command as a process: its exit code, and for a mistake one sentence on stderr instead of a stack.
import type { Command } from "./command.ts";
import { UsageError } from "./parse.ts";

/** Exit codes of what failed, and of what was called wrongly. */
const FAILED = 1;
const USAGE = 2;

/** `isExpected` says which errors are for people: their message is printed without a stack. */
export async function run(
  command: Command,
  isExpected: (error: Error) => boolean = () => false,
): Promise<void> {
  silenceEngine();
  try {
    process.exitCode = await command.execute(process.argv.slice(2), process.env);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    if (!(error instanceof Error) || !(isUsage || isOfTheSystem(error) || isExpected(error))) throw error;
    console.error(error.message);
    process.exitCode = isUsage ? USAGE : FAILED;
  }
}

/** What the operating system refuses, such as a folder that is not there: the message has the path. */
function isOfTheSystem(error: Error): boolean {
  return "syscall" in error && "code" in error;
}

/** That SQLite is new to Node is nothing that the user of a command can act on. */
function silenceEngine(): void {
  const listeners = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") for (const listener of listeners) listener(warning);
  });
}
