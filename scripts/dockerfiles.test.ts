// The check of Dockerfiles finds each planted mistake, and nothing in the worker's own.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findingsIn } from "./dockerfiles.ts";

const path = "packages/worker/Dockerfile";
const good = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test("nothing is wrong with the worker's", () => {
  expect(findingsIn(good, path)).toEqual([]);
});

test.each([
  [/^FROM (\S+):nonroot/m, "FROM $1", "has no tag or digest"],
  [/^FROM (\S+):nonroot/m, "FROM $1:latest", "has no tag or digest"],
  [/^USER nonroot/m, "USER root", "its last USER is root"],
  [/^USER nonroot\n/m, "", "or there is none"],
  [/^COPY .*$/m, "ADD https://example.com/worker.mjs ./", "use COPY"],
  [/^CMD \["--all"\]/m, "CMD --all", "CMD needs a shell"],
  [/^ENTRYPOINT .*$/m, "ENTRYPOINT node worker.mjs", "ENTRYPOINT needs a shell"],
  [/^HEALTHCHECK(.|\n)*?\n(?=#)/m, "", "no HEALTHCHECK"],
  [/^ {2}CMD \["\/nodejs.*$/m, "  CMD curl localhost", "HEALTHCHECK needs a shell"],
  [/^ENV .*$/m, "ENV STRIPE_API_KEY=sk_live_1", "a secret in an image"],
  [/^WORKDIR/m, "WORKDIRS", "Unknown instruction: WORKDIRS"],
  [/^EXPOSE 8080/m, "EXPOSE eighty", "Invalid containerPort: eighty"],
])("%s becomes %j: %s", (from, to, sentence) => {
  expect(good).toMatch(from);
  expect(findingsIn(good.replace(from, to), path)).toContainEqual(expect.stringContaining(sentence));
});
