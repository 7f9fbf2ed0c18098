import { SourceMap as Reader, type SourceMap } from "node:module";

/** Where a stack trace names a place in a bundle: `index.mjs:<line>:<column>`, counted from 1. */
const PLACE = /(?:file:\/\/)?[^\s(]*index\.mjs:(\d+):(\d+)/g;

/** @param json the text of an `index.mjs.map` */
export function readSourceMap(json: string): SourceMap {
  return new Reader(JSON.parse(json));
}

/**
 * A stack trace with the places of the sources in it, instead of those of the bundle. Whatever the
 * map does not know stays as it is.
 */
export function withOriginalPositions(trace: string, map: SourceMap): string {
  return trace.replaceAll(PLACE, (place, line: string, column: string) => {
    const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!("originalSource" in entry)) return place;
    // The map tells where the sources were, as seen from where the bundle was made.
    const source = entry.originalSource.replace(/^.*?(?=\b(functions|node_modules)\/)/, "");
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}
