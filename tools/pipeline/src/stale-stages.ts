// `pnpm -s stale-stages`: prints the preview stages whose pull request is closed, one a line.
import { command, run } from "@order-saga/arguments";
import { staleStages } from "./preview-stages.ts";

const words = (text: string) => text.split(/\s+/).filter((each) => each !== "");

await run(
  command(
    {
      name: "pnpm -s stale-stages",
      says: "Prints the preview stages whose pull request is closed, one a line.",
      options: {
        stages: { kind: "text", value: "NAMES", default: "", says: 'every stage there is, as "ada pr-7"' },
        open: {
          kind: "text",
          value: "NUMBERS",
          default: "",
          pattern: /^[\d\s]*$/,
          needs: 'numbers, as "7 9"',
          says: "the pull requests that are open",
        },
      },
    },
    async ({ open, stages }) => {
      for (const each of staleStages(words(stages), words(open).map(Number))) console.log(each);
      return 0;
    },
  ),
);
