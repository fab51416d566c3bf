// The source of the store's frames: a snapshot, then a stream that resumes where it was cut.
import { CONSOLE_PATH, type Frame, type Snapshot } from "../../../src/console-api.ts";
import { apply, applySnapshot, type Store } from "./store.ts";

type Source = { close(): void };

type Parts = {
  fetchSnapshot: () => Promise<Snapshot>;
  openStream: (url: string) => EventSource;
  /** Why the laptop refuses the stream, in words; undefined if it does not, or does not answer. */
  refusalOf: (url: string) => Promise<string | undefined>;
  /** Milliseconds until a snapshot that failed is asked for again. */
  retryMilliseconds: number;
};

const ofTheLaptop: Parts = {
  async fetchSnapshot() {
    const answer = await fetch(`${CONSOLE_PATH}/snapshot`);
    if (!answer.ok) throw new Error(`The snapshot was answered with ${answer.status}.`);
    return (await answer.json()) as Snapshot;
  },
  openStream: (url) => new EventSource(url),
  // An event source does not say what it was answered.
  async refusalOf(url) {
    const stopping = new AbortController();
    try {
      const answer = await fetch(url, { signal: stopping.signal });
      if (answer.ok) return undefined;
      const { detail = "", title } = (await answer.json()) as { title: string; detail?: string };
      return `${title} ${detail}`.trim();
    } catch {
      return undefined;
    } finally {
      stopping.abort();
    }
  },
  retryMilliseconds: 1000,
};

/**
 * Opens the stream before it fetches the snapshot, so that no frame is lost between them: frames that come
 * earlier wait, and those that the snapshot includes are skipped by their sequence.
 */
export function connect(store: Store, parts: Parts = ofTheLaptop): Source {
  const stream = parts.openStream(`${CONSOLE_PATH}/stream`);
  let waiting: Frame[] | undefined;
  let isClosed = false;

  async function start(): Promise<void> {
    if (waiting) return; // A snapshot is on its way.
    waiting = [];
    try {
      const snapshot = await parts.fetchSnapshot();
      if (isClosed) return;
      const frames = waiting;
      waiting = undefined;
      applySnapshot(store, snapshot);
      for (const frame of frames) take(frame);
      store.connection.value = "live";
    } catch {
      waiting = undefined;
      if (isClosed) return;
      store.connection.value = "lost";
      setTimeout(() => void start(), parts.retryMilliseconds);
    }
  }

  function take(frame: Frame): void {
    if (waiting) return void waiting.push(frame);
    const isNext = frame.sequence === store.sequence.peek() + 1;
    const isKnown = frame.sequence <= store.sequence.peek();
    if (frame.runtimeId !== store.runtimeId.peek() || !(isNext || isKnown)) return void start();
    apply(store, frame);
  }

  stream.addEventListener("open", () => {
    store.refusal.value = undefined;
    if (store.connection.peek() === "connecting") return void start();
    store.connection.value = "live";
  });
  stream.addEventListener("frame", (event) =>
    take(JSON.parse((event as MessageEvent<string>).data) as Frame),
  );
  stream.addEventListener("reset", () => void start());
  stream.addEventListener("error", () => {
    if (isClosed) return;
    store.connection.value = "lost";
    // The browser tries again by itself, unless the answer was no stream at all.
    if (stream.readyState === 2) {
      stream.close();
      void parts.refusalOf(`${CONSOLE_PATH}/stream`).then((words) => {
        store.refusal.value = words;
      });
      setTimeout(() => !isClosed && reopen(), parts.retryMilliseconds);
    }
  });

  let again: Source | undefined;
  function reopen(): void {
    store.connection.value = "connecting";
    again = connect(store, parts);
  }

  return {
    close() {
      isClosed = true;
      stream.close();
      again?.close();
    },
  };
}
