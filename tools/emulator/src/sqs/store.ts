// The queues there are, in memory or in a file that holds every message that was answered for, whatever kills the process.
import { OURS_ALONE } from "../durability.ts";
import { FauxStore, PersistenceManager, SnsStore } from "./fauxqs.ts";
import { createMessage } from "./message.ts";
import { type MessageFile, openMessageFile } from "./message-file.ts";
import { MessageQueue } from "./queue.ts";

export type Store = FauxStore<MessageQueue>;

// fauxqs's actions make messages by this.
FauxStore.createMessage = createMessage;

export function openStore(directory: string | undefined): {
  store: Store;
  /** Resolves when all messages are as they are in the file too; undefined if they already are. */
  written: () => Promise<void> | undefined;
  close: () => void;
} {
  if (directory === undefined) {
    const store = createStore(undefined);
    return { store, written: () => undefined, close: () => store.shutdown() };
  }
  const persistence = new PersistenceManager(directory);
  // The same few pages are written over and over, so that copying them out of the log can wait.
  persistence.db.exec(`${OURS_ALONE} PRAGMA wal_autocheckpoint = 4000`);
  const file = openMessageFile(persistence.db);
  const store = createStore(file);
  persistence.loadSqsMessages = (queue) => {
    for (const message of file.read(queue.name)) store.getQueueByName(queue.name)?.adopt(message);
  };
  persistence.loadSqsAndSns(store, new SnsStore());
  store.persistence = persistence;
  for (const queue of store.allQueues()) queue.persistence = persistence;
  return {
    store,
    written: file.written,
    close() {
      store.shutdown();
      file.flush();
      persistence.close();
    },
  };
}

function createStore(file: MessageFile | undefined): Store {
  const store = new FauxStore<MessageQueue>();
  store.host = ""; // Queue URLs then carry the host of the request, which is ours.
  store.createQueue = (...given) => {
    const queue = new MessageQueue(file, ...given);
    queue.persistence = store.persistence;
    store.persistence?.insertQueue(queue);
    store.queues.set(queue.url, queue);
    store.queuesByName.set(queue.name, queue);
    store.queuesByArn.set(queue.arn, queue);
    return queue;
  };
  const getQueue = store.getQueue.bind(store);
  // As theirs finds it, but for the two expressions it tries on every address that names no region.
  store.getQueue = (url) =>
    url.includes("//sqs.") ? getQueue(url) : store.queuesByName.get(url.slice(url.lastIndexOf("/") + 1));
  const deleteQueue = store.deleteQueue.bind(store);
  store.deleteQueue = (url) => {
    store.getQueue(url)?.purge();
    return deleteQueue(url);
  };
  return store;
}
