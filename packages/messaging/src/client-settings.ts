// Every AWS client of the services gives up on an unanswered call, long before its function's timeout.

/** DynamoDB, SQS and EventBridge answer in milliseconds; a call that takes seconds has lost its answer. */
export const clientSettings = {
  maxAttempts: 3,
  // Without the last option the handler would only warn, and wait on.
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
} as const;
