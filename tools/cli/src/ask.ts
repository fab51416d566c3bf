// How a command asks the laptop that runs here, and what it says where neither that nor a stage answers.
import { UsageError } from "@order-saga/arguments";

/** Nothing answers, or it refused; the message says what to do. */
export class NotReached extends Error {
  override readonly name = "NotReached";
}

type Question = {
  port: number;
  /** Who asks, for the header that no page of another site can set. */
  who: string;
  /** Without one it only looks. */
  body?: object;
  /** What to say if the laptop refuses the question without a title. */
  refused: string;
};

/** The answer as it is. Throws NotReached or UsageError. */
export async function askLaptop(path: string, { body, port, refused, who }: Question): Promise<object> {
  const url = `http://localhost:${port}`;
  const headers = { "content-type": "application/json", "x-order-saga": who };
  const how = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
  const sent = fetch(url + path, how);
  const answer = await sent.catch(() => undefined);
  const content = (await answer?.json().catch(() => undefined)) as
    | { title?: string; detail?: string }
    | undefined;
  if (answer?.ok && content) return content;
  if (answer?.status === 400) throw new UsageError(content?.title ?? refused);
  if (content?.detail) throw new NotReached(content.detail);
  throw new NotReached(
    `No order saga answers on ${url}. Start it with \`pnpm start\`, or name its port with --port.`,
  );
}

export const awsRefused = ({ message, name }: Error) =>
  new NotReached(`AWS refused (${name}: ${message}). Are AWS_PROFILE and AWS_REGION those of the stage?`);
