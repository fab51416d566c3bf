// A refusal of the API, typed: what it is called, what was wrong, and where.

/** One field of a body that broke its schema. */
export type FieldError = { pointer: string; detail: string };

/** The API's answer was a problem (RFC 9457). Its message is the problem's title. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  /** The last part of the problem's type, such as `price-changed`; `unknown` if the answer was none. */
  readonly type: string;
  readonly detail: string | undefined;
  readonly errors: readonly FieldError[];
  /** When the same request may be sent again, if the API says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, body: unknown, retryAfterMilliseconds?: number) {
    const { type, title, detail, errors } = Object(body) as Record<string, unknown>;
    super(typeof title === "string" ? title : `The API answered ${status}.`);
    this.status = status;
    this.type = typeof type === "string" ? (type.split("/").at(-1) ?? type) : "unknown";
    this.detail = typeof detail === "string" ? detail : undefined;
    this.retryAfterSeconds =
      retryAfterMilliseconds === undefined ? undefined : Math.ceil(retryAfterMilliseconds / 1000);
    this.errors = Array.isArray(errors) ? (errors as FieldError[]) : [];
  }
}
