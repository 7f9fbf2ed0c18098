/** A piece of a page of the runbook. */
export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] };

/** One section of the runbook, from one heading of the second level to the next. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A piece of a line. */
export interface Piece {
  readonly kind: "plain" | "code" | "strong";
  readonly text: string;
}

/**
 * Reads the runbook: the Markdown that `docs/operations.md` uses, and no more. Hand-written, because
 * a Markdown library makes HTML, and no text becomes HTML here.
 */
export function sectionsOf(markdown: string): Section[] {
  const sections: { title: string; lines: string[] }[] = [];
  let isCode = false;
  for (const line of markdown.split("\n")) {
    if (line.startsWith("```")) isCode = !isCode;
    if (!isCode && line.startsWith("## "))
      sections.push({ title: line.slice(3).trim(), lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ title, lines }) => ({ title, blocks: blocksOf(lines) }));
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let rest = [...lines];
  while (rest.length > 0) {
    const line = rest[0] ?? "";
    if (line.trim() === "") {
      rest = rest.slice(1);
    } else if (line.startsWith("```")) {
      const end = rest.findIndex((text, index) => index > 0 && text.startsWith("```"));
      const length = end < 0 ? rest.length : end;
      blocks.push({ kind: "code", text: rest.slice(1, length).join("\n") });
      rest = rest.slice(length + 1);
    } else {
      const length = lengthOf(rest, line);
      blocks.push(blockOf(rest.slice(0, length)));
      rest = rest.slice(length);
    }
  }
  return blocks;
}

function lengthOf(lines: readonly string[], first: string): number {
  if (/^#+ /.test(first)) return 1;
  const starts = /^(\||- )/.exec(first)?.[1];
  const end = lines.findIndex((line, index) =>
    starts === undefined
      ? index > 0 && (line.trim() === "" || /^(```|\||- |#+ )/.test(line))
      : !line.startsWith(starts),
  );
  return end < 0 ? lines.length : end;
}

function blockOf(lines: readonly string[]): Block {
  const [first = ""] = lines;
  if (/^#+ /.test(first)) return { kind: "heading", text: first.replace(/^#+ /, "") };
  if (first.startsWith("- ")) {
    return { kind: "list", items: lines.map((line) => line.slice(2)) };
  }
  if (first.startsWith("|")) {
    const rows = lines.filter((line) => !/^\|[\s|:-]+\|$/.test(line));
    return { kind: "table", rows: rows.map(cellsOf) };
  }
  return { kind: "text", text: lines.join(" ") };
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** A line as pieces; of a link its words remain, since the other pages are not here. */
export function piecesOf(text: string): Piece[] {
  const unlinked = text.replace(/\[([^\]]+)\]\([^)]*\)/g, "$1");
  return unlinked
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter((part) => part !== "")
    .map((part): Piece => {
      if (part.startsWith("`") && part.length > 1) return { kind: "code", text: part.slice(1, -1) };
      if (part.startsWith("**")) return { kind: "strong", text: part.slice(2, -2) };
      return { kind: "plain", text: part };
    });
}

/** The end of a section's address. */
export function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, "")
    .trim()
    .replaceAll(/\s+/g, "-");
}
