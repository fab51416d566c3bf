import { expect, test } from "vitest";
import { rateLimited } from "./rate-limited.ts";

test("the same words are said once a minute, others at once", () => {
  const said: string[] = [];
  let now = 0;
  const say = rateLimited(
    (line) => said.push(line),
    () => now,
  );
  for (now of [0, 1_000, 59_999, 60_000]) say("a");
  say("b");
  expect(said).toEqual(["a", "a", "b"]);
});
