/** The lines of a page outside its blocks of code, where `#` and `|` mean something else. */
function linesOf(markdown: string): string[] {
  let isCode = false;
  return markdown.split("\n").filter((line) => {
    if (!line.trimStart().startsWith("```")) return !isCode;
    isCode = !isCode;
    return false;
  });
}

/** The headings of a page, spelled as they are. */
export function headingsOf(markdown: string): string[] {
  return linesOf(markdown)
    .filter((line) => /^#{1,4} /.test(line))
    .map((line) => line.replace(/^#+ /, ""));
}

/** The anchor of a heading, as GitHub makes it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, "")
    .replaceAll(" ", "-");
}

/** The cells of all tables of a page. */
export function cellsOf(markdown: string): string[] {
  return linesOf(markdown)
    .filter((line) => line.startsWith("|"))
    .flatMap((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cell) => cell.trim());
}
