import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { finishedRequests } from "../http/finished-requests.ts";
import { LOCAL_CLIENT } from "../http/local-client.ts";
import { keepConnections, type LocalServer, portOf } from "../http/local-server.ts";
import { guardServer } from "../http/loopback-guard.ts";
import { lockDataDirectory } from "../storage/data-directory-lock.ts";
import { ensureTable } from "./table.ts";
import type { TableDefinition } from "./table-definition.ts";

export interface DynamoDbOptions {
  /** Where the tables are kept. One process at a time. */
  directory: string;
}

export interface DynamoDbEmulator extends LocalServer {
  /**
   * Creates a table from its CloudFormation properties; an existing table is kept.
   *
   * @throws UnsupportedTable, TableDefinitionChanged
   */
  createTable(definition: TableDefinition): Promise<void>;
}

/**
 * Starts dynalite in this process, on the loopback interface, kept in a directory.
 *
 * @throws DataDirectoryInUse when another process has the directory open
 */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDbEmulator> {
  const lock = await lockDataDirectory(join(options.directory, "lock"));
  const server = dynalite({
    path: join(options.directory, "tables"),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  const allFinished = finishedRequests(server);
  // dynalite alone would answer any web page: its CORS rules allow every origin, and it ignores
  // Host.
  guardServer(server);
  keepConnections(server);
  // Any free port: dynalite never closes its store when it cannot have the port that it asks for.
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${portOf(server.address())}`;
  const client = new DynamoDBClient({
    endpoint,
    ...LOCAL_CLIENT,
  });
  return {
    endpoint,
    createTable: (definition) => ensureTable(client, definition),
    async close() {
      client.destroy();
      await allFinished();
      await promisify(server.close.bind(server))();
      await lock.release();
    },
  };
}
