/**
 * Makes `docs/images/run.svg`: what `dagsterpipes run` shows in a terminal for the script of the
 * README. The test of the picture uses the same function.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import { page } from "../docs/pages.ts";
import { runWell } from "../kit/command.ts";
import { runtimeBinary } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";

/** Where the picture is. */
export const RUN_PICTURE: string = `${REPO_ROOT}/docs/images/run.svg`;

/** The command of the README, without what finds it. */
const SHOWN_COMMAND = "dagsterpipes run --asset orders --check not_empty -- node orders.ts";

/** Runs its arguments in a terminal. */
const IN_TERMINAL = ["python3", "-c", "import pty, sys; pty.spawn(sys.argv[1:])"];

/** Begins a command to the terminal. */
const ESCAPE = "\x1b";

/** A part of a line in one color: the code of a color, and the text up to the next one. */
const COLORED_PART = new RegExp(`${ESCAPE}\\[(\\d+)m([^${ESCAPE}]*)`, "g");

/** What the codes of a terminal look like on a dark ground. 39 ends a color. */
const COLORS: Readonly<Record<string, string>> = {
  "31": "#ff7b72",
  "32": "#7ee787",
  "33": "#e3b341",
  "36": "#79c0ff",
  "39": "#e6edf3",
  "90": "#8b949e",
};

const FONT_SIZE_PX = 14;
const CHARACTER_WIDTH_PX = 8.43;
const LINE_HEIGHT_PX = 20;
const MARGIN_PX = 18;

/** Runs the script of the README in a terminal, and returns the picture as the text of an SVG. */
export async function runPicture(): Promise<string> {
  const script = page("README.md").blocks.find(({ file }) => file === "orders.ts");
  if (script === undefined) throw new Error("The README does not show orders.ts");
  using project = new Project();
  project.write("package.json", { type: "module" });
  project.write("orders.ts", script.code);
  project.installBuild();
  const [, ...args] = SHOWN_COMMAND.split(" ");
  const node = runtimeBinary("node26");
  const cli = `${REPO_ROOT}/dist/npm/src/cli/main.js`;
  const printed = await runWell([...IN_TERMINAL, node, cli, ...args], {
    cwd: project.path,
    // Other variables decide on colors too, such as `CI`.
    env: {
      TERM: "xterm-256color",
      PATH: `${node.replace(/\/node$/, "")}:${Deno.env.get("PATH")}`,
    },
    clearEnv: true,
  });
  const lines = printed.trimEnd().replace(/after [\d.]+ s/, "after 0.1 s").split(/\r?\n/);
  return terminalPicture([`${ESCAPE}[90m$${ESCAPE}[39m ${SHOWN_COMMAND}`, ...lines]);
}

/** Draws the lines of a terminal. */
function terminalPicture(lines: readonly string[]): string {
  const columns = Math.max(...lines.map((line) => stripVTControlCharacters(line).length));
  const width = Math.ceil(columns * CHARACTER_WIDTH_PX) + 2 * MARGIN_PX;
  const height = lines.length * LINE_HEIGHT_PX + 2 * MARGIN_PX;
  const texts = lines.map((line, index) => {
    const y = MARGIN_PX + (index + 0.75) * LINE_HEIGHT_PX;
    const parts = [...`${ESCAPE}[39m${line}`.matchAll(COLORED_PART)].map(
      ([, code = "", text = ""]) => {
        const color = COLORS[code];
        if (color === undefined) throw new Error(`There is no color for the code ${code}`);
        return text === "" ? "" : `<tspan fill="${color}">${escapeXml(text)}</tspan>`;
      },
    );
    return `<text x="${MARGIN_PX}" y="${y}">${parts.join("")}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE_PX}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...texts,
    "</svg>\n",
  ].join("\n");
}

function escapeXml(text: string): string {
  // Several plain spaces would become one.
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(" ", "&#160;");
}

if (import.meta.main) Deno.writeTextFileSync(RUN_PICTURE, await runPicture());
