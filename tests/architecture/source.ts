/**
 * The modules under `src` as syntax trees, for the rules that they keep.
 *
 * @module
 */
import ts from "npm:typescript@5.9";
import { resolveModule } from "../tools/emit.ts";
import { REPO_ROOT } from "../kit/places.ts";

/** One import or re-export. */
export interface Import {
  /** A path in the repository, or the specifier of a package. */
  readonly target: string;
  readonly isType: boolean;
  readonly isDynamic: boolean;
}

/** One module. */
export interface Source {
  /** Its path in the repository. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

/** Calls back for the node and all below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

/** Where a node stands, for the reader of a failure. */
export function place(source: Source, node: ts.Node): string {
  const { line } = source.tree.getLineAndCharacterOfPosition(node.getStart());
  return `${source.path}:${line + 1}`;
}

function isTypeImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return clause.name === undefined && named !== undefined && ts.isNamedImports(named) &&
    named.elements.every((element) => element.isTypeOnly);
}

function isTypeExport(node: ts.ExportDeclaration): boolean {
  const clause = node.exportClause;
  return node.isTypeOnly ||
    clause !== undefined && ts.isNamedExports(clause) &&
      clause.elements.every((element) => element.isTypeOnly);
}

function importsOf(path: string, tree: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, isType: boolean, isDynamic: boolean): void => {
    if (specifier === undefined) return;
    // An import by a computed name could lead anywhere: it counts as the expression that it is.
    const name = ts.isStringLiteralLike(specifier) ? specifier.text : specifier.getText(tree);
    const target = name.startsWith(".") ? resolveModule(path, name) : name;
    found.push({ target, isType, isDynamic });
  };
  walk(tree, (node) => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, isTypeImport(node), false);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, isTypeExport(node), false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true, false);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false, true);
    }
  });
  return found;
}

/** Parses one module. */
export function parse(path: string, text: string): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  return { path, text, tree, imports: importsOf(path, tree) };
}

/** Every module of the package: `mod.ts` and all under `src`. */
export function readSources(): Source[] {
  const paths = ["mod.ts"];
  const folders = ["src"];
  for (let dir = folders.pop(); dir !== undefined; dir = folders.pop()) {
    for (const { name, isDirectory } of Deno.readDirSync(`${REPO_ROOT}/${dir}`)) {
      if (isDirectory) folders.push(`${dir}/${name}`);
      else if (name.endsWith(".ts")) paths.push(`${dir}/${name}`);
    }
  }
  return paths.map((path) => parse(path, Deno.readTextFileSync(`${REPO_ROOT}/${path}`)));
}
