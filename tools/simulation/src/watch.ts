// What an observer of a run is told as it happens: attempts, their calls, and their messages.
import type { CallCategory } from "./fault-kinds.ts";
import type { Fault } from "./plan.ts";

/** An invocation. */
export type WatchedCaller = { readonly name: string };

/** A call of a port, of whatever answer. */
export type WatchedCall = {
  readonly category: CallCategory;
  readonly orderId: string | undefined;
  what(): string;
};

/** A message of a queue. */
export type WatchedMessage = {
  readonly orderId: string | undefined;
  readonly eventType: string | undefined;
  readonly sentAt: number;
  readonly receiveCount: number;
};

export type Watch = {
  met(fault: Fault): void;
  /** An invocation begins in a sandbox; `about` names its messages, its request or its run. */
  begun(caller: WatchedCaller, about: string): void;
  ended(caller: WatchedCaller, end: "answered" | "failed" | "crashed" | "timed-out"): void;
  /** When the request arrives, a little before its effect. */
  asked(caller: WatchedCaller, call: WatchedCall): void;
  /** At the moment of its effect; `isDone` is false for one that was refused or never had it. */
  called(caller: WatchedCaller, call: WatchedCall, fault: Fault | undefined, isDone: boolean): void;
  /** A batch is handed to the reaction of the queue, which Lambda may refuse to invoke. */
  delivered(queue: string, batch: readonly WatchedMessage[]): void;
  /** The function has answered: what it has handled leaves the queue, and the rest comes again. */
  settled(queue: string, done: readonly WatchedMessage[], undone: readonly WatchedMessage[]): void;
  /** As many invocations as the queue may have are under way, so that the message has to wait. */
  crowded(queue: string, message: WatchedMessage): void;
};
