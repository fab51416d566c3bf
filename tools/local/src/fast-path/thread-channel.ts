// The post between two threads: all that one says within a turn of the event loop reaches the other as one
// message.

export type ThreadChannel<Said> = {
  /** Takes the word as it is now. Throws if it is no JSON. */
  say(word: Said): void;
  /** Sends at once what was said so far. */
  flush(): void;
};

/** A worker, or a worker's port to who started it. */
type Port = {
  postMessage(text: string): void;
  on(event: "message", hear: (text: string) => void): unknown;
};

/**
 * Words are sent as the text of their JSON: V8 writes and reads that in a third of the time in which it
 * clones the same objects, and it is what Lambda hands to a function and takes from it.
 */
export function openThreadChannel<Said, Heard>(port: Port, hear: (word: Heard) => void): ThreadChannel<Said> {
  let said: string[] = [];

  function flush(): void {
    if (said.length === 0) return;
    const words = said;
    said = [];
    port.postMessage(`[${words.join(",")}]`);
  }

  port.on("message", (text) => {
    for (const word of JSON.parse(text) as Heard[]) hear(word);
  });
  return {
    say(word) {
      if (said.push(JSON.stringify(word)) === 1) setImmediate(flush);
    },
    flush,
  };
}
