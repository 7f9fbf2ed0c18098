import type { Output } from "../context.ts";

/** Lines on a terminal that are rewritten in place. */
export interface LiveBlock {
  draw(lines: readonly string[]): void;
  /** Takes the lines away, before others are printed. */
  clear(): void;
}

/** Moves the cursor up over what was drawn before; what does not fit is left out. */
export function createLiveBlock(out: Output & { readonly rows?: number }): LiveBlock {
  let drawn = 0;
  const up = () => `${drawn === 0 ? "" : `\u001b[${drawn}A`}\r\u001b[J`;
  return {
    draw(lines) {
      const rows = Math.max(1, (out.rows ?? 24) - 2);
      const width = Math.max(10, (out.columns ?? 80) - 1);
      const left = lines.length - rows;
      const shown = lines.slice(0, rows).map((line) => line.slice(0, width));
      if (left > 0) shown.push(`… and ${left} more`);
      out.write(`${up()}${shown.map((line) => `${line}\n`).join("")}`);
      drawn = shown.length;
    },
    clear() {
      if (drawn > 0) out.write(up());
      drawn = 0;
    },
  };
}
