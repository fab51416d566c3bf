// The embedded AWS endpoint, with the faults that are on, telling the observers what it did.
import { type DomainEvent, isEventType, sourceOfEvent } from "@order-saga/contracts";
import {
  type AwsEndpoint,
  type Roles,
  StateError,
  startAwsEndpoint,
  type UnpromisedAt,
} from "@order-saga/emulator";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { ACCOUNT_ID, arnOf, REGION, SECRET_ACCESS_KEY } from "./aws.ts";
import { unusable } from "./data-directory.ts";
import type { FaultBoard } from "./faults/board.ts";
import { endpointFaults } from "./faults/injection.ts";
import { explainPort } from "./http/server.ts";
import { mailAccount } from "./mail-account.ts";
import type { RuntimeObserver } from "./observer.ts";
import type { RuntimeOptions } from "./options.ts";

type Told = {
  faults: FaultBoard;
  observer: Required<RuntimeObserver>;
  roles: Roles;
  stripeApiKey: string;
};

/** Rejects with PortInUseError or DataDirectoryError. */
export async function startEmbeddedAws(
  { awsPort, data, hostNames, staleReads, unpromised }: RuntimeOptions,
  { faults, observer, roles, stripeApiKey }: Told,
): Promise<AwsEndpoint> {
  const ofBoard = endpointFaults(faults, reactionOfQueue);
  try {
    const aws = await startAwsEndpoint({
      port: awsPort,
      hostNames,
      directory: data,
      region: REGION,
      accountId: ACCOUNT_ID,
      secretAccessKey: SECRET_ACCESS_KEY,
      stripeApiKey,
      ses: mailAccount,
      now: () => Date.now(),
      faults: {
        ...ofBoard,
        staleReads: () => ofBoard.staleReads() ?? staleReads?.(),
        ...(unpromised && { unpromised: ofReactions(unpromised) }),
      },
      observer: {
        delivered({ body, queueArn }) {
          const reaction = reactionOfQueue(queueArn);
          if (reaction !== undefined) observer.messageDelivered({ reaction, body });
        },
        paid: observer.paymentAnswered,
        mailed: observer.mailSent,
      },
      roles,
      onJudged: (accessKey, asked, denial) => observer.callJudged({ accessKey, asked, denial }),
    });
    tellEvents(aws, observer);
    return aws;
  } catch (error) {
    if (error instanceof StateError && data !== undefined) throw unusable(data, error);
    throw explainPort(error, awsPort, "--aws-port", "the AWS endpoint");
  }
}

/** Tells the services' events only: anybody may put another source's or another type's on the bus. */
function tellEvents(aws: AwsEndpoint, observer: Required<RuntimeObserver>): void {
  aws.onEvent((event, matchedRules, acceptedAt) => {
    const type = event["detail-type"];
    if (!isEventType(type) || event.source !== sourceOfEvent(type)) return;
    observer.eventAccepted({
      event: withHead(type, event.detail),
      isReplay: event["replay-name"] !== undefined,
      acceptedAt,
      reactions: matchedRules.flatMap((rule) => reactionsByRule.get(rule) ?? []),
    });
  });
}

/** What it is about is said by its envelope: its own content may be anything, and no observer may throw. */
function withHead(type: DomainEvent["type"], detail: object): DomainEvent {
  const { data } = detail as { data?: unknown };
  const isObject = typeof data === "object" && data !== null;
  return { ...detail, type, ...(!isObject && { data: {} }) } as unknown as DomainEvent;
}

const reactions = allReactions(services);
const reactionsByRule = new Map(
  reactions.flatMap(({ manifest, rule }) => (rule ? [[rule.name, manifest.name]] : [])),
);
const reactionsByQueue = new Map(reactions.map(({ manifest, queue }) => [arnOf(queue.name), manifest.name]));

const reactionOfQueue = (queueArn: string): string | undefined => reactionsByQueue.get(queueArn);

/** Dead letters keep still, because people and tests count them. */
const ofReactions =
  (unpromised: UnpromisedAt): UnpromisedAt =>
  (kind, queueArn) =>
    reactionOfQueue(queueArn) !== undefined && unpromised(kind, queueArn);
