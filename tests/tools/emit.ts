/**
 * JavaScript and declarations of single modules: what both npm shapes of the package are made of.
 *
 * @module
 */
import ts from "npm:typescript@5.9";
import { REPO_ROOT } from "../kit/places.ts";

/** The specifiers of a module, static and dynamic; those in comments do not count. */
export function specifiersOf(source: string): string[] {
  return ts.preProcessFile(source, true, true).importedFiles.map((file) => file.fileName);
}

/** The path in the repository that a relative specifier means. */
export function resolveModule(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/**
 * Every module that can be reached from the entry points.
 *
 * @param entries Paths in the repository.
 * @param read What gives a module's text as far as its imports matter.
 * @returns Path and text of each.
 */
export function reachable(
  entries: readonly string[],
  read: (path: string) => string,
): Map<string, string> {
  const found = new Map<string, string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const text = read(path);
    found.set(path, text);
    for (const specifier of specifiersOf(text)) {
      if (specifier.startsWith(".")) {
        waiting.push(resolveModule(path, specifier));
      }
    }
  }
  return found;
}

/** The text of a module of the repository. */
export function readModule(path: string): string {
  return Deno.readTextFileSync(`${REPO_ROOT}/${path}`);
}

/** Puts other specifiers in the place of a module's own. */
export function rewriteSpecifiers(text: string, rename: (specifier: string) => string): string {
  // From the end, so that positions found before stay true.
  const files = ts.preProcessFile(text, true, true).importedFiles.sort((a, b) => b.pos - a.pos);
  for (const { fileName, pos } of files) {
    const start = text.indexOf(fileName, pos);
    text = text.slice(0, start) + rename(fileName) + text.slice(start + fileName.length);
  }
  return text;
}

function toJs(specifier: string): string {
  return specifier.startsWith(".") ? specifier.replace(/\.ts$/, ".js") : specifier;
}

function complain(path: string, diagnostics: readonly ts.Diagnostic[] | undefined): void {
  const first = diagnostics?.[0];
  if (first === undefined) return;
  const text = ts.flattenDiagnosticMessageText(first.messageText, "\n");
  throw new Error(`Cannot compile "${path}": ${text}`);
}

/** The declarations of one module, as a consumer of JavaScript files needs them. */
export function declarationOf(path: string): string {
  const out = ts.transpileDeclaration(readModule(path), {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext },
  });
  complain(path, out.diagnostics);
  return out.outputText;
}

/** The declarations of everything that the entry points' types can reach. */
export function declarationsOf(entries: readonly string[]): Map<string, string> {
  const declarations = new Map<string, string>();
  for (const [path, text] of reachable(entries, declarationOf)) {
    const name = path.replace(/\.ts$/, ".d.ts");
    declarations.set(name, rewriteSpecifiers(text, toJs));
  }
  return declarations;
}

/** JavaScript, and the map to where it comes from. */
export interface Compiled {
  readonly code: string;
  readonly map?: string | undefined;
}

function transpile(path: string, text: string): Compiled {
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(text, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      removeComments: true,
      sourceMap: true,
      inlineSources: true,
    },
  });
  complain(path, diagnostics);
  return { code: outputText.replace(/^\/\/# sourceMappingURL=.*$/m, ""), map: sourceMapText };
}

/** One module as JavaScript, its imports as they are. */
export function compile(path: string): Compiled {
  return transpile(path, readModule(path));
}

/** JavaScript without its comments. */
export function withoutComments(text: string): string {
  return transpile("text.js", text).code;
}

/** One module as JavaScript, its imports leading to JavaScript too. */
export function javascriptOf(path: string): string {
  return rewriteSpecifiers(compile(path).code, toJs);
}
