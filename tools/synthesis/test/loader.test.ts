// What SST's loader reads of sst.config.ts before any stack is made is what that version of SST accepts.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { APP } from "@order-saga/services/names";
import { transform } from "esbuild";
import { expect, test, vi } from "vitest";
import { root } from "../src/platform.ts";

type App = { name: string; home: string; removal: string; protect: boolean; providers: object };

/** SST calls `app` with the stage alone; the sentences that refuse what it returns are in SST's binary. */
async function appIn(stage: string): Promise<App> {
  vi.stubGlobal("$config", (config: unknown) => config);
  const { default: config } = await import(pathToFileURL(join(root, "sst.config.ts")).href);
  return config.app({ stage }) as App;
}

test.each(["production", "ada", "the-longest-stage-of-all"])(
  "the app of the stage %s is valid",
  async (stage) => {
    const { home, name, protect, providers, removal } = await appIn(stage);
    // SST: "Invalid app name" for anything but letters, digits and hyphens; Lambda's names leave it 15.
    expect(name).toMatch(/^[a-zA-Z][a-zA-Z0-9-]{0,14}$/);
    // The tools look for a stage's resources by it.
    expect(name).toBe(APP);
    expect(home).toBe("aws");
    expect(["remove", "retain", "retain-all"]).toContain(removal);
    // A provider that is not named is not installed: `aws` is all that the stacks may use.
    expect(Object.keys(providers)).toEqual(["aws"]);
    expect({ removal, protect }).toEqual(
      stage === "production" ? { removal: "retain", protect: true } : { removal: "remove", protect: false },
    );
  },
);

test("sst.config.ts imports nothing at its top, where SST refuses it", async () => {
  const { code } = await transform(await readFile(join(root, "sst.config.ts"), "utf8"), { loader: "ts" });
  expect(code).not.toMatch(/^\s*import\b(?!\()|\brequire\(/m);
  expect(code).toMatch(/export default \$config\(/);
});
