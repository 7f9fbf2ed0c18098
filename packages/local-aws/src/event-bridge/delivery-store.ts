import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readJson, writeJson } from "../storage/files.ts";
import { type Delivery, deliverySchema } from "./delivery.ts";

/** Where deliveries outlive this process. */
export interface DeliveryStore {
  load(): Promise<Delivery[]>;
  /** Has kept the delivery for good when it resolves. */
  save(delivery: Delivery): Promise<void>;
  remove(delivery: Delivery): Promise<void>;
}

const SUFFIX = ".json";

/**
 * A store of one JSON file a delivery.
 *
 * @param directory made when it does not exist
 */
export function deliveryStore(directory: string): DeliveryStore {
  const fileOf = ({ id }: Delivery) => join(directory, `${id}${SUFFIX}`);
  return {
    async load() {
      await mkdir(directory, { recursive: true });
      const names = await readdir(directory);
      const found = await Promise.all(
        names
          .filter((name) => name.endsWith(SUFFIX))
          .map((name) => readJson(join(directory, name), deliverySchema)),
      );
      return found.filter((delivery) => delivery !== undefined);
    },
    async save(delivery) {
      await mkdir(directory, { recursive: true });
      await writeJson(fileOf(delivery), delivery);
    },
    remove: (delivery) => rm(fileOf(delivery), { force: true }),
  };
}
