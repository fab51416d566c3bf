// How a client of another company's HTTP API reaches it: a socket in AWS, a function call on a laptop.

/** Carries a request to where it is answered; rejects if no answer comes before the signal aborts. */
export type Transport = (request: {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}) => Promise<{
  status: number;
  body: string;
  /** By their names in lower case. */
  headers?: Readonly<Record<string, string | string[] | undefined>>;
}>;
