// What a runtime of the laptop can be told.
import type { StaleReadsOf, UnpromisedAt } from "@order-saga/emulator";

/** Names of reactions, or all of them. */
export type Reactions = readonly string[] | "all";

export type RuntimeOptions = {
  /** Port of the storefront API; 0 takes any free one. */
  port: number;
  /** Port of the AWS endpoint; 0 takes any free one. */
  awsPort: number;
  /** Names besides `localhost` under which this machine may be asked, such as a tunnel's. */
  hostNames?: readonly string[];
  /** Folder that keeps all state, or undefined for memory. */
  data: string | undefined;
  /** Reload a service when one of its source files is saved. */
  watch?: boolean;
  /** The functions reach the embedded endpoint by the whole SDK and HTTP, as they would reach AWS. */
  wire?: boolean;
  /** Their mappings are off from the start, because something else takes their messages. */
  without?: Reactions;
  /** A worker in a process of its own takes their messages. */
  worker?: Reactions;
  /** A worker's loop in this process takes their messages. */
  loops?: Reactions;
  /** What the reactions' queues do besides what SQS promises; nothing unless it is given. */
  unpromised?: UnpromisedAt;
  /** Which reads are older, while no fault says so; none unless it is given. */
  staleReads?: StaleReadsOf | undefined;
  /** Settings of the services that are other than their manifests say, such as quotas. */
  settings?: Readonly<Record<string, string>>;
  /** Another endpoint than the embedded one. */
  remote?: RemoteOptions;
};

export type RemoteOptions = {
  /** A URL, or `aws` for the account of the credentials in use. */
  endpoint: string;
  /** Before the name of everything that is made there. */
  prefix: string;
  /** False: everything must be there already. */
  provision: boolean;
};
