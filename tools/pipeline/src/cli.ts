// `pnpm rollout`: makes the newest version of each function of a stage the live one, in steps, or takes it
// back.
import { setTimeout as wait } from "node:timers/promises";
import { command, run } from "@order-saga/arguments";
import { awsClients, lambdaStage } from "./lambda-stage.ts";
import { rollOut } from "./rollout.ts";

const rollout = command(
  {
    name: "pnpm rollout",
    says: "Makes the newest version of each function of a stage live, in steps, and the old one again if something goes wrong.",
    options: {
      stage: {
        kind: "text",
        value: "NAME",
        default: "production",
        says: "a stage deployed with ROLLOUT=gradual",
      },
      bake: {
        kind: "number",
        least: 0,
        default: 10,
        says: "minutes for which reactions are watched before routes follow",
      },
      minutes: {
        kind: "number",
        least: 1,
        default: 5,
        says: "minutes for which each share of the routes is watched",
      },
      shares: {
        kind: "text",
        value: "10,50",
        pattern: /^\d{1,2}(,\d{1,2})*$/,
        needs: "percentages below 100, such as 10,50",
        default: "10,50",
        says: "percentages of a route's calls, one after the other",
      },
      back: { kind: "flag", says: "makes the versions live again that the last rollout replaced" },
    },
  },
  async ({ back, bake, minutes, shares, stage: name }) => {
    const pause = async (seconds: number) => void (await wait(seconds * 1000));
    const stage = lambdaStage(name, { clients: awsClients(), now: () => Date.now(), pause });
    const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
    if (back) {
      for (const each of await stage.rolledOut()) {
        await stage.shift(each, 0);
        say(`${each.name}: version ${each.live} is live again`);
      }
      return 0;
    }
    const plan = {
      shares: shares.split(",").map((each) => Number(each) / 100),
      minutesPerShare: minutes,
      bakeMinutes: bake,
    };
    const outcome = await rollOut(stage, plan, say);
    say(`${name}: ${outcome}`);
    return outcome === "done" || outcome === "nothing to do" ? 0 : 1;
  },
);

/** What AWS or the network refuses, such as an alias that is not there, is said without a stack. */
await run(rollout, (error) => "$metadata" in error || error.name === "CredentialsProviderError");
