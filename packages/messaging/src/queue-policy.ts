// A queue's own policies: who may send to it, and which queue may name it as its dead-letter queue.

/** Everything a policy of a queue may deny; a wildcard would do the same and read worse in an audit. */
const dataActions = [
  "sqs:ChangeMessageVisibility",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "sqs:GetQueueUrl",
  "sqs:PurgeQueue",
  "sqs:ReceiveMessage",
  "sqs:SendMessage",
];

/**
 * TLS only, and only the named sender may send: `sender` is the ARN of the rule or bus, or of both rules, and
 * its account. Without it only identities of this account with that permission may. `T` is a string, or an
 * output in a stack.
 */
export function queuePolicy<T>(
  queueArn: T,
  sender?: { readonly arn: T | readonly T[]; readonly account: T },
) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: dataActions,
        Resource: queueArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      ...(sender
        ? [
            {
              Sid: "OneSenderOnly",
              Effect: "Allow",
              Principal: { Service: "events.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: queueArn,
              Condition: {
                ArnEquals: { "aws:SourceArn": sender.arn },
                StringEquals: { "aws:SourceAccount": sender.account },
              },
            },
          ]
        : []),
    ],
  };
}

/** Of a dead-letter queue: no other queue may send its failures there. */
export const redriveAllowPolicy = <T>(sourceArn: T) => ({
  redrivePermission: "byQueue",
  sourceQueueArns: [sourceArn],
});
