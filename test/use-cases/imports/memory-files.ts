import type { ImportFiles } from "#aws/import-files.ts";
import { ImportSourceUnreadable } from "#aws/import-files.ts";

/** Objects in memory, by `bucket/key`. */
export function memoryFiles(objects: Record<string, string | Uint8Array>): ImportFiles {
  return {
    async open({ bucket, key }) {
      const text = objects[`${bucket}/${key}`];
      if (text === undefined) throw new ImportSourceUnreadable("the source is not there");
      const bytes = Buffer.from(text);
      const body = (async function* () {
        yield bytes;
      })();
      return { bytes: bytes.length, body };
    },
    async write({ bucket, key }, texts) {
      let written = "";
      for await (const text of texts) written += text;
      objects[`${bucket}/${key}`] = written;
    },
  };
}
