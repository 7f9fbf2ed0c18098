import type { ExecutionRecord } from "./execution-record.ts";

/**
 * The record of a redriven execution: it enters the state at which it ended again, without its old
 * outcome.
 */
export function redrivenRecord(record: ExecutionRecord, redriveDate: Date): ExecutionRecord {
  const {
    stopDate: _stopDate,
    error: _error,
    cause: _cause,
    endUnpublished: _endUnpublished,
    ...kept
  } = record;
  return {
    ...kept,
    status: "RUNNING",
    transitions: record.transitions + 1,
    redriveCount: (record.redriveCount ?? 0) + 1,
    redriveDate,
  };
}
