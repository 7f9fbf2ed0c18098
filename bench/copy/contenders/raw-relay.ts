import { Agent, get, type IncomingMessage, request } from "node:http";
import { pipeline } from "node:stream/promises";
import { BENCH_BUCKET, type CopyFunction } from "../copy-function.ts";
import { eachRange } from "./each-range.ts";

const agent = new Agent({ keepAlive: true });

/**
 * The limit of downloading and uploading together: each range is piped into a request to the
 * store's process, without S3's protocol, SDK, checksums, or a buffer to repeat anything from.
 */
export const copy: CopyFunction = ({ url, bytes, key }) =>
  eachRange(bytes, async (range, part) => {
    const source = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { agent, headers: { range } }, resolve).on("error", reject);
    });
    const path = `${process.env.AWS_ENDPOINT_URL_S3}/${BENCH_BUCKET}/${key}.${part}`;
    const headers = { "content-length": source.headers["content-length"] };
    await new Promise<void>((resolve, reject) => {
      const upload = request(path, { agent, method: "PUT", headers }, (response) => {
        response.on("end", resolve).on("error", reject).resume();
      });
      pipeline(source, upload).catch(reject);
    });
  });
