// What a runtime has opened so far, to be closed in the opposite order.

export type Closers = {
  add(close: () => unknown): void;
  /** Closes each once, the latest first. */
  closeAll(): Promise<void>;
};

export function createClosers(): Closers {
  const closers: (() => unknown)[] = [];
  return {
    add: (close) => void closers.push(close),
    async closeAll() {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
}
