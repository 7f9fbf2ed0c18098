import { JsonFiles } from "../storage/json-files.ts";
import { type Delivery, deliverySchema } from "./delivery.ts";

/** Where deliveries are kept, so that they survive this process. Decision 0021. */
export interface DeliveryStore {
  load(): Promise<Delivery[]>;
  /** Has written the delivery to disk when it resolves. */
  save(delivery: Delivery): Promise<void>;
  remove(delivery: Delivery): Promise<void>;
}

/** A store with one JSON file per delivery in `directory`. */
export function deliveryStore(directory: string): DeliveryStore {
  const files = new JsonFiles(directory, deliverySchema);
  return {
    load: () => files.load(),
    save: (delivery) => files.save(delivery.id, delivery),
    remove: (delivery) => files.remove(delivery.id),
  };
}
