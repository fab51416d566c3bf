// The files in memory pass the shared suite.
import { filesSuite } from "./files.suite.ts";
import { createMemoryFiles } from "./memory.ts";

filesSuite(() => {
  const files = createMemoryFiles();
  let versions = 0;
  return {
    files,
    async put(content) {
      const versionId = `version-${++versions}`;
      files.put(versionId, content);
      return { key: "feeds/a.csv", versionId };
    },
    deleteVersion: async ({ versionId }) => files.delete(versionId),
    deleteObject: async () => {},
  };
});
