/**
 * The rules that the modules under `src` keep. Each gives back what breaks it, as `file:line` and
 * a reason.
 *
 * @module
 */
import ts from "npm:typescript@5.9";
import { place, type Source, walk } from "./source.ts";

const MAX_LINES = 250;

/** Rooms from the ground up. A module imports from its own room and from lower floors. */
const FLOORS: readonly (readonly string[])[] = [
  ["errors.ts", "public_types.ts"],
  ["json", "runtime"],
  ["protocol", "schemas.ts"],
  ["ports.ts", "capture"],
  ["loaders", "writers"],
  ["stores", "session", "local", "process"],
  ["launcher", "testing"],
  ["runner"],
  ["cli"],
];

/** Rooms that may not import from all the floors below them. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  protocol: ["json", "errors.ts", "public_types.ts"],
};

/** The module that may name types of a runtime, as it touches none. */
const GLOBAL_TYPES = "src/public_types.ts";

const RUNTIME_NAMES = new Set([
  "Deno",
  "Bun",
  "Buffer",
  "process",
  "global",
  "globalThis",
  "require",
  "self",
  "window",
]);

/** The rooms whose business it is to print, or to see what is printed. */
const CONSOLE_ROOMS: readonly string[] = ["runtime", "capture", "cli"];

/**
 * The rooms that may import `node:` modules, which all three runtimes have: `mod.ts` reaches none of
 * them. On Deno the first such import costs about 15 ms.
 */
const NODE_MODULE_ROOMS: readonly string[] = [
  "runtime",
  "stores",
  "process",
  "launcher",
  "runner",
  "cli",
];

function roomOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

function isInSrc(path: string): boolean {
  return path.startsWith("src/");
}

/** Imports go downwards only. */
export function upwardImports(sources: readonly Source[]): string[] {
  const problems: string[] = [];
  for (const { path, imports } of sources) {
    if (!isInSrc(path)) continue;
    const room = roomOf(path);
    if (floorOf(room) < 0) problems.push(`${path}: in no known room`);
    for (const { target } of imports) {
      if (target === "mod.ts") problems.push(`${path}: imports ${target}`);
      if (!isInSrc(target)) continue;
      const other = roomOf(target);
      if (other === room) continue;
      const isBelow = floorOf(other) < floorOf(room);
      if (!isBelow || ALLOWED[room]?.includes(other) === false) {
        problems.push(`${path}: imports ${target}`);
      }
    }
  }
  return problems;
}

/** What a module loads at any time. */
function everLoadedBy(source: Source): string[] {
  return source.imports.filter(({ isType }) => !isType).map(({ target }) => target);
}

/** No module loads itself by way of others, at once or later. */
export function importCycles(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const problems: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) problems.push([...trail.slice(start), path].join(" -> "));
    const source = byPath.get(path);
    if (start >= 0 || source === undefined || done.has(path)) return;
    for (const target of everLoadedBy(source)) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return problems;
}

/** What imports a module of the user's, by the name that the user gives. */
const USERS_MODULE = "src/cli/transport_module.ts";

/**
 * Packages are taken where they may be: `@std/fs` works on Deno alone, and valibot costs start-up
 * time wherever `mod.ts` leads to it, at once or later.
 */
export function misplacedPackages(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const problems: string[] = [];
  const allowed = ["@std/encoding", "@std/fs", "valibot"];
  for (const { path, imports } of sources) {
    for (const { target } of imports) {
      if (isInSrc(target) || target === "mod.ts" || path === USERS_MODULE) continue;
      // Another rule holds in which rooms these may be.
      if (target.startsWith("node:")) continue;
      const name = target.split("/").slice(0, target.startsWith("@") ? 2 : 1).join("/");
      const isFsMisplaced = name === "@std/fs" && roomOf(path) !== "runner" &&
        path !== "src/runtime/deno/adapter.ts";
      if (!allowed.includes(name) || isFsMisplaced) {
        problems.push(`${path}: imports ${target}`);
      }
    }
  }
  const loaded = new Set<string>();
  const waiting = ["mod.ts"];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    const source = byPath.get(path);
    if (source !== undefined) waiting.push(...everLoadedBy(source));
  }
  if (loaded.has("valibot")) problems.push("mod.ts: leads to valibot");
  return problems;
}

/** What is loaded later is loaded by the one function that says what to do where it is missing. */
export function bareDynamicImports(sources: readonly Source[]): string[] {
  const problems: string[] = [];
  for (const source of sources) {
    if (source.path === USERS_MODULE) continue;
    walk(source.tree, (node) => {
      if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) {
        return;
      }
      const [target] = node.arguments;
      // A part of the runtime cannot be missing.
      if (target !== undefined && /^["']node:/.test(target.getText(source.tree))) return;
      const call = node.parent.parent;
      const isPart = ts.isArrowFunction(node.parent) && ts.isCallExpression(call) &&
        call.expression.getText(source.tree) === "loadPart";
      if (!isPart) problems.push(`${place(source, node)}: import without loadPart`);
    });
  }
  return problems;
}

/** Whether an identifier stands for a variable, not for the name of a property or the like. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node;
  if (ts.isQualifiedName(parent)) return parent.right !== node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  const named = parent as { readonly name?: ts.Node };
  return named.name !== node;
}

/** Names that the module itself declares: they are no globals there. */
function declaredNames(source: Source): Set<string> {
  const names = new Set<string>();
  walk(source.tree, (node) => {
    const isDeclaration = ts.isVariableDeclaration(node) ||
      ts.isBindingElement(node) || ts.isParameter(node) ||
      ts.isFunctionDeclaration(node) || ts.isImportSpecifier(node) || ts.isImportClause(node);
    if (isDeclaration && node.name !== undefined && ts.isIdentifier(node.name)) {
      names.add(node.name.text);
    }
  });
  return names;
}

/** Runtimes are named in `src/runtime` alone, and touched there inside functions only. */
export function runtimeNames(sources: readonly Source[]): string[] {
  const problems: string[] = [];
  for (const source of sources) {
    const room = roomOf(source.path);
    const own = declaredNames(source);
    for (const { target } of source.imports) {
      if (/^(node|bun|deno):/.test(target) && !NODE_MODULE_ROOMS.includes(room)) {
        problems.push(`${source.path}: imports ${target}`);
      }
    }
    walk(source.tree, (node) => {
      if (!ts.isIdentifier(node) || !isReference(node)) return;
      const isConsole = node.text === "console" && !CONSOLE_ROOMS.includes(room);
      if (isConsole) problems.push(`${place(source, node)}: console`);
      if (!RUNTIME_NAMES.has(node.text) || own.has(node.text)) return;
      const isInFunction = ts.findAncestor(node, ts.isFunctionLike) !== undefined;
      const isType = ts.findAncestor(node, ts.isTypeNode) !== undefined;
      if (isType && source.path === GLOBAL_TYPES) return;
      if (room !== "runtime") {
        problems.push(`${place(source, node)}: ${node.text}`);
      } else if (!isInFunction && !isType) {
        problems.push(`${place(source, node)}: ${node.text} at import`);
      }
    });
  }
  return problems;
}

/** No `any`, and no comment that silences the type checker or the linter. */
export function untyped(sources: readonly Source[]): string[] {
  const problems: string[] = [];
  for (const source of sources) {
    walk(source.tree, (node) => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) {
        problems.push(`${place(source, node)}: any`);
      }
    });
    source.text.split("\n").forEach((line, i) => {
      if (/(deno-lint-ignore|@ts-(ignore|nocheck|expect-error))/.test(line)) {
        problems.push(`${source.path}:${i + 1}: ${line.trim()}`);
      }
    });
  }
  return problems;
}

/** No file that cannot be taken in at once. */
export function longFiles(sources: readonly Source[]): string[] {
  return sources.map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}

/** No `using`: Node 22 cannot parse it. */
export function usings(sources: readonly Source[]): string[] {
  const problems: string[] = [];
  for (const source of sources) {
    walk(source.tree, (node) => {
      if (
        ts.isVariableDeclarationList(node) &&
        // `await using` has the bits of `const` as well: all of its own have to be there.
        ((node.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Using ||
          (node.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing)
      ) problems.push(`${place(source, node)}: using`);
    });
  }
  return problems;
}
