// Lambda entry of the reaction audit-upload.
import { type ExecutionEnvironment, silentReactionPorts } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { uploadReaction } from "@order-saga/messaging/reaction";
import { auditUploadHandler } from "../feed/audit.ts";
import { auditUpload } from "../service.ts";
import { feedPorts } from "./feed-adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  uploadReaction(auditUpload, auditUploadHandler(feedPorts(env)), silentReactionPorts(env, "inventory"));

export const handler = create(lambda);
