/** How a terminal looks. */
export interface Theme {
  readonly name: "light" | "dark";
  readonly background: string;
  readonly frame: string;
  readonly text: string;
  readonly faint: string;
  readonly prompt: string;
  readonly good: string;
  readonly bad: string;
}

/** Of GitHub's pages, so that a picture fits into them. */
export const THEMES: readonly Theme[] = [
  {
    name: "light",
    background: "#ffffff",
    frame: "#d1d9e0",
    text: "#1f2328",
    faint: "#59636e",
    prompt: "#0969da",
    good: "#1a7f37",
    bad: "#d1242f",
  },
  {
    name: "dark",
    background: "#0d1117",
    frame: "#3d444d",
    text: "#f0f6fc",
    faint: "#9198a1",
    prompt: "#4493f8",
    good: "#3fb950",
    bad: "#f85149",
  },
];

/** For those who do not see the picture of the demonstration. */
export const DEMO_TITLE =
  "A terminal: npm start follows five jobs of a simulator, and says of each whether its video is archived, and why not";

const FONT_SIZE = 13;
/** Of the fonts below, a character is this wide; every word is placed anew, so small errors stay. */
const CHARACTER = 7.83;
const LINE = 19;
const MARGIN = 20;
const BAR = 34;
const FONTS =
  "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/**
 * Draws what a terminal showed as SVG: text that scales, and can be read by a screen reader.
 *
 * @param title for those who do not see it
 * @param lines `$ ` begins a command
 */
export function drawTerminal(title: string, lines: readonly string[], theme: Theme): string {
  const longest = Math.max(...lines.map((line) => line.length));
  const width = Math.ceil(longest * CHARACTER) + 2 * MARGIN;
  const height = BAR + lines.length * LINE + MARGIN;
  const dots = [0, 1, 2].map(
    (at) => `<circle cx="${MARGIN + at * 18}" cy="17" r="5.5" fill="${theme.frame}"/>`,
  );
  const rows = lines.map((line, row) => drawLine(line, BAR + (row + 0.8) * LINE, theme));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${theme.background}" stroke="${theme.frame}"/>`,
    ...dots,
    `<g font-family="${FONTS}" font-size="${FONT_SIZE}" fill="${theme.text}" xml:space="preserve">`,
    ...rows.filter((row) => row !== ""),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function drawLine(line: string, y: number, theme: Theme): string {
  const words = [...line.matchAll(/\S+(?: \S+)*/g)].map(({ 0: words, index }) => {
    const x = (MARGIN + index * CHARACTER).toFixed(1);
    const fill = fillOf(line, words, theme);
    return `<tspan x="${x}"${fill === undefined ? "" : ` fill="${fill}"`}>${escaped(words)}</tspan>`;
  });
  return words.length === 0 ? "" : `<text y="${y.toFixed(1)}">${words.join("")}</text>`;
}

/** Colours say what words say already. */
function fillOf(line: string, words: string, theme: Theme): string | undefined {
  if (line.startsWith("$ ")) return theme.prompt;
  if (words === "archived") return theme.good;
  if (words === "failed") return theme.bad;
  if (line.startsWith("Video ") || words === "…") return theme.faint;
  return undefined;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
