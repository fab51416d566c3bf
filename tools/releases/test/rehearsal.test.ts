// The last release and this tree run side by side, and what the last release cannot live beside is found.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { hunt } from "../src/rehearsal/hunt.ts";
import { planted, readsVersionTwo, saysVersionTwo } from "./planted.ts";

const cli = fileURLToPath(new URL("../src/rehearsal/cli.ts", import.meta.url));
const SEEDS = process.env.NIGHTLY ? "2000" : "10";
/** All of them at night; one is enough to see that a rehearsal can fail. */
const hunted = process.env.NIGHTLY ? planted : planted.slice(0, 1);

test("a deployment and a rollback break no invariant", { timeout: 3_600_000 }, async () => {
  const rehearsal = spawn(process.execPath, [cli, "--seeds", SEEDS, "--threads", "1"]);
  let said = "";
  for (const stream of [rehearsal.stdout, rehearsal.stderr]) stream.on("data", (data) => (said += data));
  const [exitCode] = await once(rehearsal, "close");
  expect(exitCode, said).toBe(0);
  expect(said).toContain(`working tree → back: ${SEEDS} rehearsals from seed 1`);
});

test.each(hunted.map((each) => [each.name, each] as const))(
  "%s is found within a hundred seeds",
  {
    timeout: 600_000,
  },
  async (_, each) => {
    const found = await hunt(each, 100);
    expect(found, each.why).toBeDefined();
    console.log(`${each.name}: seed ${found?.seed}, ${found?.invariant}: ${found?.detail}`);
  },
);

const VERSION_SEEDS = process.env.NIGHTLY ? 100 : 5;

test("an event's second version is read for one release and said in the next, with rollbacks of both", {
  timeout: 1_200_000,
}, async () => {
  expect(await hunt(readsVersionTwo, VERSION_SEEDS)).toBeUndefined();
  expect(await hunt(saysVersionTwo, VERSION_SEEDS, readsVersionTwo)).toBeUndefined();
});
