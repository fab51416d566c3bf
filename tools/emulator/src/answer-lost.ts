// The error of a request that was carried out, but whose answer must not reach the client.

export class AnswerLost extends Error {
  override readonly name = "AnswerLost";
}
