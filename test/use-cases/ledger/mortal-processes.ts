import { clientAt, TABLE } from "@akool-archiver/test-support/dynamodb.ts";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createJobStore } from "#aws/job-store.ts";
import { VersionConflict } from "#aws/versioned-write.ts";
import type { Random } from "#test/chaos/random.ts";
import { START } from "#test/support/jobs.ts";
import { testLedger } from "#test/support/ledger.ts";

/** What one process has of the store: everything, until it is killed at one of its requests. */
export function processOf(client: DynamoDBClient) {
  const store = createJobStore({ client, tableName: TABLE, retentionDays: 0 });
  const ledger = testLedger(client, () => START);
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const dependencies = {
    ...{ store, log, eventBusName: "events", now: () => START },
    publish: async () => {},
    enterInLedger: ledger.enterInLedger,
  };
  return { store, ledger, dependencies };
}

export type Process = ReturnType<typeof processOf>;

/** Requests of a process that writes a record, publishes its change and enters it in the ledger. */
const MOST_REQUESTS = 7;

/** Processes of which every so many is killed at one of its first requests. */
export class Processes {
  readonly #endpoint: string;
  readonly #random: Random;
  readonly #everyFew: number;
  readonly #immortal: Process;
  #begun = 0;
  /** Processes that have been killed. */
  kills = 0;

  /** @param everyFew one of so many is mortal */
  constructor(
    store: { client: DynamoDBClient; endpoint: string },
    random: Random,
    everyFew: number,
  ) {
    this.#endpoint = store.endpoint;
    this.#random = random;
    this.#everyFew = everyFew;
    this.#immortal = processOf(store.client);
  }

  /** Runs something in a process of its own, which may be killed meanwhile or lose to another one. */
  async run(work: (process: Process) => Promise<void>): Promise<void> {
    this.#begun += 1;
    const isMortal = this.#begun % this.#everyFew === 0;
    const client = isMortal ? this.#mortalClient() : undefined;
    try {
      await work(client === undefined ? this.#immortal : processOf(client));
    } catch (error) {
      if (!isEndOfProcess(error)) throw error;
    } finally {
      client?.destroy();
    }
  }

  /** Of the last request only the effect stays, for every second process. */
  #mortalClient(): DynamoDBClient {
    const client = clientAt(this.#endpoint);
    const lifetime = 1 + Math.floor(this.#random() * MOST_REQUESTS);
    const losesAnswer = lifetime % 2 === 0;
    let left = lifetime;
    const kill = () => {
      if (left >= 0) this.kills += 1;
      left = -1;
      throw new Error("killed");
    };
    client.middlewareStack.add(
      (next) => async (args) => {
        if (left <= 0) kill();
        left -= 1;
        const answer = await next(args);
        if (left <= 0 && losesAnswer) kill();
        return answer;
      },
      // Inside of the SDK's repetitions would mean that a dead process repeats its request.
      { step: "initialize" },
    );
    return client;
  }
}

function isEndOfProcess(error: unknown): boolean {
  return error instanceof VersionConflict || (error instanceof Error && error.message === "killed");
}
