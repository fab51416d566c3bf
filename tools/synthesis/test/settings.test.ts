// A stage whose settings are wrong is not deployed, and is told what is wrong and where to put it right.
import { expect, test } from "vitest";
import { exampleSettings, synthesize } from "../src/synthesize.ts";

test("missing and malformed settings are all named, with the file they belong in", async () => {
  const { MAIL_FROM: _, ...settings } = exampleSettings;
  const rendering = synthesize("ada", {
    ...settings,
    JWT_ISSUER: "http://issuer.example.com",
    MAIL_FROM: "",
    LOG_SAMPLE: "0",
  });
  await expect(rendering).rejects.toThrow(
    /settings of the stage ada.*\.env\.ada.*JWT_ISSUER: must be the https URL.*MAIL_FROM: must be a mailbox.*LOG_SAMPLE: must be a share of the orders/s,
  );
});

test("a paused reaction that does not exist is refused, for it would go on charging cards", async () => {
  const rendering = synthesize("ada", { ...exampleSettings, PAUSED_REACTIONS: "capture-payment" });
  await expect(rendering).rejects.toThrow(/PAUSED_REACTIONS: .*there are .*payment-capture-payment/);
});

test("a stage whose name would not fit in AWS's is refused", async () => {
  const rendering = synthesize("a-stage-with-quite-a-long-name", exampleSettings);
  await expect(rendering).rejects.toThrow("longer than 24 characters");
});
