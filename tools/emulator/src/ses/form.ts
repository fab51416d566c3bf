// A request of the query protocol: its fields by name.
export type Form = Readonly<Record<string, string>>;

/** The values of a list as the query protocol writes it. */
export function members(form: Form, list: string): string[] {
  return Object.keys(form)
    .filter((name) => name.startsWith(`${list}.member.`))
    .map((name) => form[name] ?? "");
}

/** SES's refusal of a request, by its code. */
export type Refused = { readonly code: string; readonly message: string };

export const invalidParameter = (message: string): Refused => ({ code: "InvalidParameterValue", message });
