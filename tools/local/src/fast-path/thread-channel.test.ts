// What is said between threads: in one message for each turn, in order, as it was when it was said.
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { openThreadChannel } from "./thread-channel.ts";
import { type Answered, type Asked, answerWith, openRequests } from "./thread-requests.ts";

/** Two ends, and every message that went from the first to the second. */
function ends<A, B>(hear: (word: A) => void, hearAnswer: (word: B) => void) {
  const sent: string[] = [];
  const [near, far] = [new EventEmitter<{ message: [string] }>(), new EventEmitter<{ message: [string] }>()];
  const port = (to: typeof near, own: typeof near, note: (text: string) => void) => ({
    postMessage(text: string) {
      note(text);
      to.emit("message", text);
    },
    on: (event: "message", listener: (text: string) => void) => own.on(event, listener),
  });
  const first = openThreadChannel<A, B>(
    port(far, near, (text) => sent.push(text)),
    hearAnswer,
  );
  const second = openThreadChannel<B, A>(
    port(near, far, () => {}),
    hear,
  );
  return { first, second, sent };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("all words of a turn are one message, and come in their order, as they were", async () => {
  const heard: unknown[] = [];
  const { first, sent } = ends<unknown, never>(
    (word) => heard.push(word),
    () => {},
  );
  const changing = { count: 1 };
  first.say(changing);
  changing.count = 2;
  first.say("two");
  await Promise.resolve().then(() => first.say(["after", "a", "microtask"]));
  expect(sent).toEqual([]);
  await turn();
  expect(heard).toEqual([{ count: 1 }, "two", ["after", "a", "microtask"]]);
  expect(sent).toHaveLength(1);
  first.say("next turn");
  await turn();
  expect(sent).toHaveLength(2);
});

test("a word that must not wait takes along what was said before it, once", async () => {
  const heard: unknown[] = [];
  const { first, sent } = ends<string, never>(
    (word) => heard.push(word),
    () => {},
  );
  first.say("one");
  first.say("two");
  first.flush();
  expect(heard).toEqual(["one", "two"]);
  await turn();
  expect(sent).toHaveLength(1);
});

test("a word that is no JSON is its speaker's mistake, and spoils no other", async () => {
  const heard: unknown[] = [];
  const { first } = ends<unknown, never>(
    (word) => heard.push(word),
    () => {},
  );
  first.say("before");
  expect(() => first.say({ amount: 1n })).toThrow(TypeError);
  first.say("after");
  await turn();
  expect(heard).toEqual(["before", "after"]);
});

test("answers find who asked, in whatever order they come", async () => {
  const later = Promise.withResolvers<void>();
  const aws = async ({ operation }: { operation: string }) => {
    if (operation === "Slow") await later.promise;
    if (operation === "Fails") throw new Error("The disk is full.");
    later.resolve();
    return { status: 200, body: operation };
  };
  const { first, second } = ends<Asked, Answered>(
    async (asked) => second.say(await answerWith({ aws }, asked)),
    (answered) => requests.hear(answered),
  );
  const requests = openRequests(first.say);
  const ask = (operation: string) => requests.ask("aws", { service: "sqs", operation, input: {} });
  const [slow, failed, fast] = await Promise.allSettled([ask("Slow"), ask("Fails"), ask("Fast")]);
  expect([slow, fast]).toMatchObject([{ value: { body: "Slow" } }, { value: { body: "Fast" } }]);
  expect(String((failed as PromiseRejectedResult).reason)).toContain("The disk is full.");
});
