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
   * Makes a table from its CloudFormation properties; a table that is there already is kept.
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
  const settled = finishedRequests(server);
  // It would answer any web page: its CORS rules let everybody in, and it looks at no Host.
  guardServer(server);
  keepConnections(server);
  // Any free port: dynalite leaves its store open for ever when it cannot have the one it is told.
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
      await settled();
      await promisify(server.close.bind(server))();
      await lock.release();
    },
  };
}
