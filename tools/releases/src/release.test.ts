// A release's section in the changelog says what changed in the contracts.
import { expect, test } from "vitest";
import { withRelease } from "./release.ts";

const change = { at: "/data/giftNote", hurt: [], todo: "nothing", verdict: "harmless" } as const;

test("what was unreleased becomes the release, with each change of a contract", () => {
  const before = "# Changelog\n\n## Unreleased\n\n- A new thing.\n\n## 1.0.0\n";
  const after = withRelease(before, "1.1.0", [
    { ...change, contract: "OrderPlaced", what: "is new and optional" },
  ]);
  expect(after).toContain(
    "## Unreleased\n\n## 1.1.0\n\n**Contracts:**\n\n- harmless: OrderPlaced /data/giftNote: is new and optional\n\n- A new thing.",
  );
  expect(withRelease(before, "1.1.0", [])).toContain("- nothing changed");
});
