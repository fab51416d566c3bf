// What a request asks, before it is known to be right.

export type Input = Readonly<Record<string, unknown>>;
export type Entry = Input & { readonly Id: string };
