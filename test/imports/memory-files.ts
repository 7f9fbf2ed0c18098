import type { ImportFiles } from "#aws/import-files.ts";
import { ImportSourceUnreadable } from "#aws/import-files.ts";

/** Objects in memory, by `bucket/key`. */
export function memoryFiles(objects: Record<string, string>): ImportFiles {
  return {
    async open({ bucket, key }) {
      const text = objects[`${bucket}/${key}`];
      if (text === undefined) throw new ImportSourceUnreadable("the source is not there");
      const body = (async function* () {
        yield Buffer.from(text);
      })();
      return { bytes: Buffer.byteLength(text), body };
    },
    async write({ bucket, key }, texts) {
      let written = "";
      for await (const text of texts) written += text;
      objects[`${bucket}/${key}`] = written;
    },
  };
}
