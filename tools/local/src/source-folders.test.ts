// The manifests that this process runs, and as their files say now.

import { services } from "@order-saga/services";
import { expect, test } from "vitest";
import { freshManifest } from "./source-folders.ts";

test("a manifest is read from its file anew, and says what the running one says", async () => {
  for (const service of services) {
    const fresh = await freshManifest(service.name);
    expect(fresh).not.toBe(service);
    expect(JSON.stringify(fresh)).toBe(JSON.stringify(service));
  }
});
