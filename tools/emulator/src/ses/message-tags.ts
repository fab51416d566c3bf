// A mail's tags, of the request or of its X-SES-MESSAGE-TAGS header.
// Source: AWS's own answers (LocalStack's tests of SES, recorded); SES API reference, "MessageTag".
import type { Form } from "./form.ts";

const LONGEST = 255;
/** SES's own, which name the feedback loop of a mailbox provider. */
const FEEDBACK = /^ses:feedback-id-[ab]$/;

export type MessageTag = { name: string; value: string };

export function tagsIn(form: Form): MessageTag[] {
  const places = Object.keys(form)
    .map((name) => /^Tags\.member\.(\d+)\.(?:Name|Value)$/.exec(name)?.[1])
    .filter((place) => place !== undefined);
  return [...new Set(places)].map((place) => ({
    name: form[`Tags.member.${place}.Name`] ?? "",
    value: form[`Tags.member.${place}.Value`] ?? "",
  }));
}

/** `name=value, other=value`. */
export const tagsOfHeader = (header: string): MessageTag[] =>
  header
    .split(",")
    .filter((each) => each.trim() !== "")
    .map((each) => {
      const [name = "", ...value] = each.trim().split("=");
      return { name: name.trim(), value: value.join("=").trim() };
    });

/** SES's reason to refuse a tag; names come before values. */
export function tagProblem(tags: readonly MessageTag[]): string | undefined {
  for (const { name, value } of tags) {
    if (name === "") return "The tag name must be specified.";
    if (value === "") return "The tag value must be specified.";
    if (name.length > LONGEST) return `Tag name cannot exceed ${LONGEST} characters.`;
    if (!FEEDBACK.test(name) && !/^[\w-]+$/.test(name))
      return `Invalid tag name <${name}>: only alphanumeric ASCII characters, '_',  '-' are allowed.`;
    if (value.length > LONGEST) return `Tag value cannot exceed ${LONGEST} characters.`;
    if (!/^[\w\-.@]+$/.test(value))
      return `Invalid tag value <${value}>: only alphanumeric ASCII characters, '_',  '-' , '.', '@' are allowed.`;
  }
  return undefined;
}
