// Numbered frames, kept for a while so that a page that reconnects misses nothing.
import type { Frame } from "./console-api.ts";

/** What a frame carries besides its number and time. */
export type Parts = Omit<Frame, "sequence" | "at" | "runtimeId">;

/** A frame as it goes to every page: encoded once. */
export type SentFrame = { readonly sequence: number; readonly json: string };

type Listener = (frame: SentFrame) => void;

export type Frames = {
  /** The number of the last frame. */
  sequence(): number;
  /** Frames after this number, or undefined if some of them are gone. */
  since(sequence: number): SentFrame[] | undefined;
  /** Numbers, keeps and sends the parts; does nothing if there are none. */
  send(parts: Parts): void;
  /** Leaves a number out: every page that missed it fetches a snapshot. */
  skip(): void;
  listen(listener: Listener): () => void;
  listeners(): number;
};

export function createFrames(options: {
  runtimeId: string;
  now: () => number;
  /**
   * The number before the first. A run that begins with its start's milliseconds is above every number of the
   * run before, so a page that knows one of those is told to fetch a snapshot.
   */
  begin: number;
  /** Of all frames that are kept, as JSON. */
  maximumCharacters: number;
}): Frames {
  const kept: SentFrame[] = [];
  const listeners = new Set<Listener>();
  let sequence = options.begin;
  let characters = 0;
  return {
    sequence: () => sequence,
    since(from) {
      if (from > sequence) return undefined;
      if (from === sequence) return [];
      const first = kept[0]?.sequence ?? Number.POSITIVE_INFINITY;
      return first <= from + 1 ? kept.filter((frame) => frame.sequence > from) : undefined;
    },
    send(parts) {
      if (Object.keys(parts).length === 0) return;
      const frame: Frame = {
        sequence: ++sequence,
        at: new Date(options.now()).toISOString(),
        runtimeId: options.runtimeId,
        ...parts,
      };
      const sent = { sequence, json: JSON.stringify(frame) };
      kept.push(sent);
      characters += sent.json.length;
      while (characters > options.maximumCharacters && kept.length > 0)
        characters -= kept.shift()?.json.length ?? 0;
      for (const listener of listeners) listener(sent);
    },
    skip() {
      sequence++;
      kept.length = 0;
      characters = 0;
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    listeners: () => listeners.size,
  };
}

/** Returns the entries of a list, by key, that changed since the last call. */
export function createDifference<T>(keyOf: (each: T) => string): (now: readonly T[]) => T[] {
  let told = new Map<string, string>();
  return (now) => {
    const before = told;
    told = new Map(now.map((each) => [keyOf(each), JSON.stringify(each)]));
    return now.filter((each) => before.get(keyOf(each)) !== told.get(keyOf(each)));
  };
}

/** Returns the whole value if it changed since the last call. */
export function createWhole<T>(): (now: T) => T | undefined {
  let told: string | undefined;
  return (now) => {
    const text = JSON.stringify(now);
    if (told === text) return undefined;
    told = text;
    return now;
  };
}
