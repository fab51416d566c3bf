// What an AWS endpoint refused, in one sentence: the operation, the resource, and what to do about it.

/** Ends the start with its message; never a stack. */
export class AwsRefusal extends Error {
  override readonly name = "AwsRefusal";
}

/**
 * One call: as the SDK names it, with the IAM action it needs and the resource it is about, such as `the
 * queue a`.
 */
export type Call = { operation: string; action: string; resource: string };

/** Runs the call; rejects with a sentence that says what to change. */
export async function naming<T>(call: Call, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof AwsRefusal ? error : new AwsRefusal(sentence(call, error), { cause: error });
  }
}

/** Each service has its own spelling. */
const denied = /AccessDenied|NotAuthorized|UnauthorizedOperation|Forbidden/i;
const makes = /^(Create|PutRule|PutTargets|SetQueueAttributes)/;
const missing = /NotFound|QueueDoesNotExist|NonExistentQueue/i;
const credentials =
  /CredentialsProviderError|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|TokenRefreshRequired/i;
const unreachable = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|TimeoutError/;

export function sentence({ action, operation, resource }: Call, error: unknown): string {
  const { code = "", message = "", name = "Error" } = Object(error) as Error & { code?: string };
  const words = `${name} ${code}`;
  if (denied.test(words))
    return `${operation} on ${resource} is not permitted. Allow ${action} on it to the credentials in use${makes.test(operation) ? ", or have an administrator create it and start with --no-provision" : ""}.`;
  if (credentials.test(words))
    return `${operation} on ${resource}: the credentials are missing, expired or not valid there (${name}). Sign in again, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
  if (unreachable.test(words))
    return `${operation} on ${resource}: the endpoint does not answer (${code || name}). Is it running, and is --endpoint its address?`;
  if (missing.test(words))
    return `There is no such thing as ${resource} (${operation}: ${name}). Start without --no-provision to have it made.`;
  return `${operation} on ${resource} failed: ${name}: ${message}`;
}
