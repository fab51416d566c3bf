// The recorder's inputs: one plain object for each thing that happened. Times are milliseconds.
import type { DomainEvent } from "@order-saga/contracts";
import type { EventHeader } from "@order-saga/dead-letters/event-header";
import type { MailOutcome } from "@order-saga/emulator";

export type AttemptOutcome = "settled" | "failed" | "timed out" | "crashed" | "parked";

export type RecorderInput =
  | { kind: "event"; at: number; event: DomainEvent; isReplay: boolean; reactions: readonly string[] }
  | { kind: "delivered"; at: number; reaction: string; header: EventHeader }
  | {
      kind: "attempt";
      at: number;
      reaction: string;
      messageId: string;
      attempt: number;
      header: EventHeader;
    }
  | {
      kind: "attempt-ended";
      at: number;
      reaction: string;
      messageId: string;
      attempt: number;
      outcome: AttemptOutcome;
      errorName?: string;
    }
  /** What a function's log said of an attempt, before or after it ended. */
  | { kind: "reason"; messageId: string; attempt: number; errorName: string; isParked: boolean }
  | { kind: "schedule"; at: number; name: string }
  | { kind: "schedule-ended"; at: number; name: string }
  | { kind: "request"; at: number; endedAt: number; route: string; status: number; orderId: string }
  | {
      kind: "provider";
      at: number;
      endedAt: number;
      orderId: string;
      operation: string;
      outcome: string;
      amount?: number;
      currency?: string;
    }
  | { kind: "mail"; at: number; orderId: string; mailKind: string; outcome: MailOutcome }
  | {
      kind: "dead-letter";
      at: number;
      orderId: string;
      queue: string;
      reaction: string;
      cause: string;
    }
  | { kind: "redrive"; at: number; orderId: string; queue: string; reaction: string; who: string };
