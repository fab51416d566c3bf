// What the runtime tells the recorder: one small plain object for each thing that happened, times in milliseconds.
import type { DomainEvent } from "@order-saga/contracts";

/** What an order's message says of itself; a message of no order has no id. */
export type MessageSubject = { orderId?: string; eventId: string; eventType: string };

export type AttemptOutcome = "settled" | "failed" | "timed out" | "crashed" | "parked";
export type MailOutcome = "sent" | "refused" | "throttled" | "unknown";

export type Input =
  | { kind: "event"; at: number; event: DomainEvent; isReplay: boolean; reactions: readonly string[] }
  | { kind: "delivered"; at: number; reaction: string; subject: MessageSubject }
  | {
      kind: "attempt";
      at: number;
      reaction: string;
      messageId: string;
      attempt: number;
      subject: MessageSubject;
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
