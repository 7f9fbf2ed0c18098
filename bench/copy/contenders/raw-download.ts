import { Agent, get } from "node:http";
import type { CopyFunction } from "../copy-function.ts";
import { eachRange } from "./each-range.ts";

const agent = new Agent({ keepAlive: true });

/** The limit of downloading: the same ranges on as many connections, read and discarded. */
export const copy: CopyFunction = ({ url, bytes }) =>
  eachRange(bytes, async (range) => {
    await new Promise<void>((resolve, reject) => {
      const request = get(url, { agent, headers: { range } }, (response) => {
        response.on("end", resolve).on("error", reject).resume();
      });
      request.on("error", reject);
    });
  });
