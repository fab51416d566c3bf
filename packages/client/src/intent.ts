// One idempotency key per intent of a customer: pressing Buy again, or after a reload, buys once.

/** Where a key outlives its page, such as `sessionStorage`. */
export type IntentStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export type Intent = {
  /** The same key for the same content, until the intent is over; other content is another intent. */
  keyFor(content: unknown): Promise<string>;
  /** The API has answered, with an order or a refusal: what comes next is another intent. */
  over(): void;
};

/** `name` tells intents in one storage apart. Only a hash of the content is stored. */
export function createIntent(
  name: string,
  {
    newKey = newIdempotencyKey,
    storage = inMemory(),
  }: {
    storage?: IntentStorage;
    newKey?: () => string;
  } = {},
): Intent {
  const place = `order-saga intent ${name}`;
  return {
    async keyFor(content) {
      const hash = await hashOf(JSON.stringify(content));
      const [known, key] = storage.getItem(place)?.split(" ") ?? [];
      if (known === hash && key) return key;
      const fresh = newKey();
      storage.setItem(place, `${hash} ${fresh}`);
      return fresh;
    },
    over: () => storage.removeItem(place),
  };
}

/** Of 128 bits; `crypto.randomUUID` is missing on pages of plain HTTP, those of localhost apart. */
export const newIdempotencyKey = (): string => hexOf(crypto.getRandomValues(new Uint8Array(16)));

async function hashOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return hexOf(new Uint8Array(hash));
}

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function inMemory(): IntentStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}
