// Seals and opens what services keep of a person.
import { findKey, type KeyStore } from "./keys.ts";
import { type CustomerKey, customerOf, newKey, type Random, read, seal, unseal } from "./sealing.ts";

export type Seal = {
  /** Seals a text under the customer's key, which is made if there is none; `subject` as in sealing.ts. */
  seal(principal: string, subject: string, text: string): Promise<string>;
  /** Several about one subject, in their order, for one look at the key. */
  sealAll(principal: string, subject: string, texts: readonly string[]): Promise<string[]>;
};

export type SealForKnown = {
  /** Undefined, and the text is not kept, if the customer has no key: who was forgotten stays so. */
  sealForKnown(principal: string, subject: string, text: string): Promise<string | undefined>;
};

export type Open = {
  /** The text; undefined once its customer was forgotten. */
  open(sealed: string, subject: string): Promise<string | undefined>;
  /** Several about one subject, in their order, for one look at each customer's key. */
  openAll(sealed: readonly string[], subject: string): Promise<(string | undefined)[]>;
};

export function createSeal(keys: KeyStore, random: Random): Seal {
  const sealAll: Seal["sealAll"] = async (principal, subject, texts) => {
    if (texts.length === 0) return [];
    const customer = customerOf(principal);
    const key = (await keys.load(customer, true)) ?? (await keys.create(customer, newKey(random)));
    return texts.map((text) => seal(text, { customer, key, subject, random }));
  };
  return {
    sealAll,
    async seal(principal, subject, text) {
      const [sealed = ""] = await sealAll(principal, subject, [text]);
      return sealed;
    },
  };
}

export function createSealForKnown(keys: Pick<KeyStore, "load">, random: Random): SealForKnown {
  return {
    async sealForKnown(principal, subject, text) {
      const customer = customerOf(principal);
      const key = await keys.load(customer, true);
      return key && seal(text, { customer, key, subject, random });
    },
  };
}

/** Nothing is remembered between two calls: what is forgotten is forgotten with the next. */
export function createOpen(keys: Pick<KeyStore, "load">): Open {
  const openAll: Open["openAll"] = async (sealed, subject) => {
    const texts = sealed.map(read);
    const found = new Map<string, CustomerKey | undefined>();
    for (const { customer } of texts)
      if (!found.has(customer)) found.set(customer, await findKey(keys, customer));
    return texts.map(({ bytes, customer, keyId }) => {
      const key = found.get(customer);
      return key?.id === keyId ? unseal(bytes, key, subject) : undefined;
    });
  };
  return { openAll, open: async (sealed, subject) => (await openAll([sealed], subject))[0] };
}

/** What was sealed about one subject, each with its text: undefined once its customer was forgotten. */
export async function textsOf(
  { openAll }: Open,
  sealed: readonly string[],
  subject: string,
): Promise<ReadonlyMap<string | undefined, string | undefined>> {
  const texts = await openAll(sealed, subject);
  return new Map(sealed.map((each, index) => [each, texts[index]]));
}
