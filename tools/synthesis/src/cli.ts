// `pnpm synth [--stage NAME] [--json FILE]`: renders a stage, judges every promise, fails if one is broken.
import { command, run, stage } from "@order-saga/arguments";
import { haveServicesOf } from "@order-saga/services/optional";
import { settingsOf } from "./settings.ts";

const synth = command(
  {
    name: "pnpm synth",
    says: "Renders a stage as SST would deploy it, judges every promise, and prints both.",
    options: {
      stage: {
        ...stage,
        default: "production",
        says: "the stage to render",
      },
      json: {
        kind: "text",
        value: "FILE",
        says: "where the whole graph is written, default .sst/graph.STAGE.json",
      },
    },
  },
  async ({ json, stage }) => {
    const settings = settingsOf(stage);
    haveServicesOf(settings ?? {});
    const { judge } = await import("./judge.ts");
    return judge(stage, settings, json ?? `.sst/graph.${stage}.json`);
  },
);

await run(synth, ({ name }) => name === "IncompleteServices" || name === "NotRendered");
