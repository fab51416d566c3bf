// What an observer of a run is told as it happens: attempts, their calls, and their messages.
import type { Caller, PortCall } from "./calls.ts";
import type { InvocationEnd } from "./lambda.ts";
import type { Fault } from "./plan.ts";
import type { Message } from "./queue.ts";

/** A call of a port, of whatever answer. */
export type WatchedCall = Pick<PortCall<unknown>, "category" | "orderId" | "what">;

export type Watch = {
  met(fault: Fault): void;
  /** An invocation begins in a sandbox; `about` names its messages, its request or its run. */
  begun(caller: Caller, about: string): void;
  ended(caller: Caller, end: InvocationEnd["ended"]): void;
  /** When the request arrives, a little before its effect. */
  asked(caller: Caller, call: WatchedCall): void;
  /** At the moment of its effect; `isDone` is false for one that was refused or never had it. */
  called(caller: Caller, call: WatchedCall, fault: Fault | undefined, isDone: boolean): void;
  /** A batch is handed to the reaction of the queue, which Lambda may refuse to invoke. */
  delivered(queue: string, batch: readonly Message[]): void;
  /** The function has answered: what it has handled leaves the queue, and the rest comes again. */
  settled(queue: string, done: readonly Message[], undone: readonly Message[]): void;
  /** As many invocations as the queue may have are under way, so that the message has to wait. */
  crowded(queue: string, message: Message): void;
};
