// Every fault the simulator knows by name, and what it stands for.

/** What a function asks of the world outside. */
export type CallCategory =
  | "read"
  | "query"
  | "write"
  | "publish"
  | "provider"
  | "mail"
  | "park"
  | "send"
  | "object"
  | "pause";

export const faultKinds = {
  // A function's call.
  "crash-before": "the sandbox dies as it is about to call, so that the call has no effect",
  "crash-after": "the sandbox dies when the call has had its effect, before the answer",
  "function-timeout": "the answer never comes; the sandbox is killed at the function's timeout",
  zombie: "the answer comes long after the function's timeout, and the code goes on in a sandbox that lives",
  "provider-timeout-with-effect": "the provider does what it was asked, and its answer is lost",
  "provider-timeout-without-effect": "the request never reaches the provider",
  "provider-5xx": "the provider answers 500",
  "provider-5xx-kept": "the provider answers 500, and answers so whenever the same key comes again",
  "provider-429": "the provider refuses for too many requests",
  "provider-key-in-use": "the provider refuses because the idempotency key is in use",
  "authorization-expired": "the bank takes the hold back before it is captured",
  "bus-half-failed": "PutEvents refuses a part of the entries, and says so",
  "bus-throttled": "PutEvents refuses the whole request",
  "publish-answer-lost": "the bus takes the events, and its answer is lost",
  "published-twice": "the client sends PutEvents again, because it missed the first answer",
  "store-conflict": "another transaction holds the item",
  "store-throttled": "the table refuses the request",
  "store-answer-lost": "the table writes, and its answer is lost",
  "store-written-twice": "the client writes again, because it missed the first answer",
  "store-unprocessed": "a batch read leaves keys unprocessed",
  "stale-index": "a change reaches the index much later",
  "mail-throttled": "SES refuses for too many requests",
  "mail-bounced": "SES rejects the mail for good",
  "mail-returned": "a mail comes back: for good, for now, or with a complaint",
  "mail-answer-lost": "SES sends the mail, and its answer is lost",
  "park-failed": "the dead-letter queue does not take a message",
  "tasks-half-failed": "SendMessageBatch refuses a part of the tasks, and says so",
  "tasks-throttled": "the queue takes no task of the request",
  "tasks-answer-lost": "the queue takes the tasks, and its answer is lost",
  "object-slow-down": "S3 refuses the read: 503 Slow Down",
  "object-cut-off": "the connection breaks while S3 sends an object",
  // The way of a message.
  "bus-duplicate": "the bus delivers an event twice to a queue",
  reorder: "the bus delivers an event seconds later, so that others overtake it",
  delay: "an event waits for minutes, hours or days",
  undelivered: "the bus cannot put an event on the queue, and keeps it with the undelivered",
  "twice-in-batch": "the same event comes twice in one batch",
  "two-sandboxes": "the same event is handled in two sandboxes at once",
  "queue-duplicate": "the queue hands a message out twice",
  "ack-lost": "the message is handled, and comes again because its deletion was lost",
  "function-throttled": "Lambda refuses the invocation",
  "deadline-near": "the invocation is told that its time is nearly over",
  "answer-malformed": "the function does its work, and its answer cannot be read",
  // The way of a webhook.
  "webhook-lost": "a webhook is never sent, and never repeated",
  "webhook-doubled": "a webhook comes twice",
  "webhook-late": "a webhook comes minutes or hours later",
  "webhook-reordered": "a webhook comes seconds later, so that others overtake it",
  "webhook-forged": "beside the webhook comes one that lies, signed by a stranger or with a stolen secret",
  // Something that lasts or happens at a moment.
  "function-broken": "a bad release: every invocation fails for a while, and messages end as dead letters",
  poison: "a message that no code can handle",
  redrive: "an operator redrives a dead-letter queue",
  "dead-letter-lost": "a dead letter is purged by mistake",
  "archive-replay": "an operator replays what the bus has archived",
  "clock-skew": "a service's clock is wrong",
  "clock-jump": "a service's clock jumps",
  "timer-late": "a schedule does not run for a while",
  "timer-doubled": "a schedule's runs come twice, at the same time",
  "provider-down": "the provider answers nothing at all for a while",
  limit: "a provider takes so many calls of an operation in a second, and refuses the others",
  paused: "an operator has paused a service's queues and schedules (docs/runbooks/kill-switch.md)",
  deploy: "a service is deployed while orders are under way: two versions run",
  // Customers.
  "client-retries": "the customer sends the same request again",
  "client-changes-body": "the customer sends another order with the same key",
  "client-names-total": "the customer was shown a total that is not the catalogue's, and says which",
  "client-disconnects": "the customer hangs up before the answer",
} as const;

/** What a forged webhook has for a signature. */
export const forgeries = ["bad-signature", "old-signature", "retired-secret", "stolen-secret"] as const;
export type Forgery = (typeof forgeries)[number];

/** What a message of poison has wrong. */
export const poisonVariants = [
  "not-json",
  "broken-contract",
  "unknown-version",
  "foreign-source",
  "unheard-type",
  "forged-id",
  "on-the-bus",
] as const;

export type FaultKind = keyof typeof faultKinds;
