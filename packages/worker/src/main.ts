// A worker over the sources, as `node main.ts REACTION…`.
import { everyReaction } from "./known.ts";
import { run } from "./run.ts";

await run(everyReaction, process.argv.slice(2));
