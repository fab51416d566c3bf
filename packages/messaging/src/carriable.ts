// A message's text as SQS takes it: EventBridge delivers characters that SendMessage refuses.

/** SQS's own set (API reference, "SendMessage"): it answers InvalidMessageContents to any other. */
const refused = /[^\t\n\r -\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** The same JSON, with the characters that SQS does not take written as escapes. */
export function carriable(text: string): string {
  return text.replace(refused, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${code}`;
  });
}
