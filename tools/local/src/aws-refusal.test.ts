// Each service spells its refusals in its own way; a person reads one sentence with what to do.
import { expect, test } from "vitest";
import { AwsRefusal, naming, sentence } from "./aws-refusal.ts";

const call = { operation: "CreateQueue", action: "sqs:CreateQueue", resource: "the queue a" };
const failure = (name: string, more: object = {}) =>
  Object.assign(new Error("words of AWS"), { name, ...more });

test.each([
  ["AccessDenied", "Allow sqs:CreateQueue on it"],
  ["AccessDeniedException", "Allow sqs:CreateQueue on it"],
  ["AuthorizationErrorException", "failed: AuthorizationErrorException"],
  ["ExpiredTokenException", "Sign in again"],
  ["UnrecognizedClientException", "Sign in again"],
  ["InvalidClientTokenId", "Sign in again"],
  ["CredentialsProviderError", "Sign in again"],
  ["ResourceNotFoundException", "Start without --no-provision"],
  ["QueueDoesNotExist", "Start without --no-provision"],
  ["AWS.SimpleQueueService.NonExistentQueue", "Start without --no-provision"],
  ["ThrottlingException", "failed: ThrottlingException: words of AWS"],
])("%s", (name, remedy) => {
  expect(sentence(call, failure(name))).toContain(remedy);
  expect(sentence(call, failure(name))).toContain("CreateQueue on the queue a".split(" on ")[0]);
  expect(sentence(call, failure(name))).toContain("the queue a");
});

test.each(["ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT"])("%s", (code) => {
  expect(sentence(call, failure("Error", { code }))).toContain(`does not answer (${code})`);
});

test("what is no error is said as well, and a refusal is not wrapped twice", async () => {
  expect(sentence(call, undefined)).toBe("CreateQueue on the queue a failed: Error: ");
  const refusal = new AwsRefusal("said");
  await expect(naming(call, () => Promise.reject(refusal))).rejects.toBe(refusal);
  await expect(naming(call, async () => 1)).resolves.toBe(1);
});
