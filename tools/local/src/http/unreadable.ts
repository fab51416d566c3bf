// What Node's own server would refuse with an empty answer, answered as a problem like everything else.
import { type IncomingMessage, type RequestListener, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type Answer, problem, writeAnswer } from "./answer.ts";

/** By the code that Node's parser and its timers give. */
const problems: Readonly<Record<string, () => Answer>> = {
  HPE_HEADER_OVERFLOW: () => problem(431, "headers-too-large", "The headers are larger than 16 KB together."),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () =>
    problem(413, "body-too-large", "The chunks of the body have extensions of more than 16 KB."),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    problem(408, "request-timeout", "The request did not come to its end in time."),
};
const malformed = () => problem(400, "bad-request", "This is not a request of HTTP/1.1.");

/** Answers what never becomes a request, and then closes the connection. */
export function answerUnreadable(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // Within an answer that has begun nothing can be said any more.
    const begun = (socket as { _httpMessage?: { headersSent?: boolean } })._httpMessage?.headersSent;
    if (error.code === "ECONNRESET" || begun === true) socket.destroy();
    else endWith(socket, (problems[error.code ?? ""] ?? malformed)());
  });
  server.on("connect", (_: IncomingMessage, socket: Duplex) =>
    endWith(socket, problem(405, "method-not-allowed", "This is no proxy.", { allow: "GET, POST, PUT" })),
  );
  server.on("checkExpectation", (_, outgoing) =>
    writeAnswer(
      outgoing,
      problem(417, "expectation-failed", "Nothing is known of what the request expects."),
    ),
  );
}

function endWith(socket: Duplex, { body = "", headers, status }: Answer): void {
  if (!socket.writable) return void socket.destroy();
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

/** Node asks for the header itself, and refuses without a word. */
export function withHost(handle: RequestListener): RequestListener {
  return (incoming, outgoing) => {
    if (incoming.headers.host !== undefined || incoming.httpVersion !== "1.1")
      return handle(incoming, outgoing);
    writeAnswer(outgoing, problem(400, "bad-request", "A request of HTTP/1.1 names its host."));
  };
}
