// `pnpm bench cold|warm …`: each measurement is a command of its own, loaded when it is asked for.
const commands: Readonly<Record<string, () => Promise<(args: string[]) => Promise<number>>>> = {
  cold: async () => (await import("./cold/command.ts")).cold,
  warm: async () => (await import("./warm/command.ts")).warm,
  saga: async () => (await import("./saga/command.ts")).saga,
  backlog: async () => (await import("./backlog/command.ts")).backlog,
  start: async () => (await import("./start/command.ts")).start,
};

const usage = `Usage: pnpm bench COMMAND [options]

  cold     what a cold start costs, against SST's default bundle and an empty handler
  warm     what the edge adds to a record, against a raw loop and Powertools' batch
  saga     how many orders the laptop settles, beside Restate and DBOS
  backlog  how a long queue drains, and five reactions beside a slow one
  start    how long it takes until the first order is accepted`;

const [name = "", ...args] = process.argv.slice(2).filter((each) => each !== "--");
const load = commands[name];
if (!load) {
  console.error(usage);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await (await load())(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof TypeError ? 2 : 1;
  }
}
