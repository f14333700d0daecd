/**
 * What the lock file says where JSR itself is used, and not the stand-ins of `tests/standins`.
 *
 * @module
 */

interface Lock {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly workspace: { readonly links?: unknown };
}

/**
 * The package of JSR that the published source imports, as `deno install` locks it where JSR can be
 * reached.
 */
export const PUBLISHED: {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly jsr: Readonly<Record<string, { readonly integrity: string }>>;
} = {
  specifiers: { "jsr:@std/encoding@^1.0.10": "1.0.10" },
  jsr: {
    "@std/encoding@1.0.10": {
      integrity: "8783c6384a2d13abd5e9e87a7ae0520a30e9f56aeeaa3bdf910a3eaaf5c811a1",
    },
  },
};

/** A lock file without the stand-ins: what it says of npm stays. */
export function withoutLinks(lock: string): string {
  const { workspace, ...rest }: Lock = JSON.parse(lock);
  const { links: _, ...own } = workspace;
  return `${JSON.stringify({ ...rest, workspace: own }, null, 2)}\n`;
}

/** The lock file for `deno publish`. */
export function lockForPublish(lock: string): string {
  const { specifiers, ...rest }: Lock = JSON.parse(withoutLinks(lock));
  const all = {
    ...rest,
    specifiers: { ...specifiers, ...PUBLISHED.specifiers },
    jsr: PUBLISHED.jsr,
  };
  return `${JSON.stringify(all, null, 2)}\n`;
}
