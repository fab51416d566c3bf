// A stage whose settings are wrong is not deployed, and is told what is wrong and where to put it right.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "@order-saga/stacks/settings";
import { expect, onTestFinished, test } from "vitest";
import { exampleSettings, settingsOf } from "../src/settings.ts";
import { synthesize } from "../src/synthesize.ts";
import { types } from "../src/types.ts";

const render = (stage: string, settings: Readonly<Record<string, string>>) =>
  synthesize(stage, settings, { detail: "outline" });

const refused = (stage: string, settings: Readonly<Record<string, string>>) => () =>
  readSettings(stage, settings);

test("malformed settings are all named, with the file they belong in", () => {
  const reading = refused("ada", {
    ...exampleSettings,
    REGION: "Ireland",
    JWT_ISSUER: "http://issuer.example.com",
    MAIL_FROM: "",
    MAIL_IDENTITY_OWNER: "ada and eve",
    RETURN_URL: "http://shop.example.com",
    ACTION_WITHIN_SECONDS: "ten minutes",
    RUNBOOKS_URL: "docs/runbooks",
    LOG_SAMPLE: "0",
    MAIL_PER_SECOND: "-1",
  });
  expect(reading).toThrow(
    /settings of the stage ada.*\.env\.ada.*REGION: must be a region.*JWT_ISSUER: must be the https URL.*MAIL_FROM: must be a mailbox.*MAIL_IDENTITY_OWNER: must be the name of a stage.*RETURN_URL: must be the https URL of a page.*ACTION_WITHIN_SECONDS: must be a number of seconds.*RUNBOOKS_URL: must be an https URL.*MAIL_PER_SECOND: must be a number of calls.*LOG_SAMPLE: must be a share of the orders/s,
  );
});

test("production must name its region, its issuer and where its runbooks are", () => {
  const { MAIL_FROM = "" } = exampleSettings;
  expect(refused("production", { MAIL_FROM, RUNBOOKS_URL: "", JWT_ISSUER: "" })).toThrow(
    /production.*REGION: must name.*JWT_ISSUER: must be.*RUNBOOKS_URL: must be/s,
  );
});

test("a stage that mails alarms must say where its runbooks are, and one with an issuer its audience", () => {
  const { MAIL_FROM = "", ALARM_EMAIL = "", JWT_ISSUER = "" } = exampleSettings;
  expect(refused("ada", { MAIL_FROM, ALARM_EMAIL, JWT_ISSUER, JWT_AUDIENCE: " , " })).toThrow(
    /JWT_AUDIENCE: must name.*RUNBOOKS_URL: must be/s,
  );
});

test.each(["AWS_REGION", "AWS_DEFAULT_REGION"])("a shell whose %s is another one is refused", (name) => {
  expect(refused("production", { ...exampleSettings, [name]: "us-east-1" })).toThrow(
    `REGION: is eu-west-1, but ${name} of this shell is us-east-1; unset that, or make them the same`,
  );
});

test("the region is the setting's, with every ARN and endpoint, and a shell of the same region is let in", async () => {
  const settings = { ...exampleSettings, REGION: "eu-north-1", AWS_REGION: "eu-north-1" };
  const graph = await render("production", settings);
  expect(graph.region).toBe("eu-north-1");
  expect(JSON.stringify(graph)).not.toContain("eu-west-1");
});

test("a stage whose account may mail less has smaller batches, and tells its functions", async () => {
  const graph = await render("ada", { ...exampleSettings, MAIL_PER_SECOND: "3" });
  const named = (type: string) =>
    graph.resources.find((each) => each.type === type && each.name.includes("NotifyCustomer"))?.inputs;
  expect(named(types.mapping)).toMatchObject({ batchSize: 2, scalingConfig: { maximumConcurrency: 2 } });
  expect(named(types.function)?.environment.variables.MAIL_PER_SECOND).toBe("3");
});

test("a domain is verified by its DKIM records, and its own DMARC record is left alone", async () => {
  const settings = { ...exampleSettings, MAIL_IDENTITY: "example.com", MAIL_IDENTITY_OWNER: "staging" };
  const { resources } = await render("staging", settings);
  const names = resources.filter(({ type }) => type === types.dnsRecord).map(({ inputs }) => inputs.name);
  expect(names).not.toEqual([]);
  expect(names).toEqual(names.filter((each) => /^token\d\._domainkey\.example\.com$/.test(each)));
  expect(
    resources.filter(({ type }) => type === types.mailIdentity).map(({ inputs }) => inputs),
  ).toMatchObject([{ emailIdentity: "example.com" }]);
});

test("a paused reaction that does not exist is refused, for it would go on charging cards", () => {
  expect(refused("ada", { ...exampleSettings, PAUSED_REACTIONS: "capture-payment" })).toThrow(
    /PAUSED_REACTIONS: .*there are .*payment-capture-payment/,
  );
});

test("a stage whose name would not fit in AWS's is refused, and SST says so", async () => {
  const rendering = render("a-stage-with-quite-a-long-name", exampleSettings);
  await expect(rendering).rejects.toThrow("longer than 24 characters");
});

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "settings-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

test("the stage's file overrides the shell, and the shell overrides .env, as in SST", async () => {
  const folder = await folderWith({
    ".env": "A=all\nB=all\nC=all\nD=all\n",
    ".env.ada": "A=stage\nB=stage\nE=\n",
    ".env.production": "A=production\n",
  });
  const shell = { B: "shell", C: "shell", E: "shell", F: "shell" };
  expect(settingsOf("ada", shell, folder)).toEqual({
    A: "stage",
    B: "stage",
    C: "shell",
    D: "all",
    E: "",
    F: "shell",
  });
});

test("a stage without a file of settings has none of its own", async () => {
  const folder = await folderWith({ ".env.production": "A=production\n" });
  expect(settingsOf("ada", { A: "shell" }, folder)).toBeUndefined();
});

test("production keeps versions that its deployment makes live, others none, and `sst dev` never", () => {
  const rollout = (stage: string, ROLLOUT: string, live = false) =>
    readSettings(stage, { ...exampleSettings, ROLLOUT }, live).rollout;
  expect([rollout("production", ""), rollout("production", "gradual")]).toEqual(["at-once", "gradual"]);
  expect([rollout("ada", ""), rollout("ada", "gradual")]).toEqual([undefined, "gradual"]);
  expect([rollout("production", "", true), rollout("ada", "gradual", true)]).toEqual([undefined, undefined]);
  expect(refused("ada", { ...exampleSettings, ROLLOUT: "slowly" })).toThrow(/ROLLOUT: must be at-once or/);
});
