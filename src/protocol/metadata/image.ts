import { encodeBase64 } from "@std/encoding/base64";
import { kindOf } from "../../json/kinds.ts";
import { ValuePath } from "../../json/path.ts";
import type { PipesUrl } from "../../public_types.ts";

/** How an image is shown. */
export interface PipesImageOptions {
  /**
   * The text that is shown if the image cannot be, and that a screen reader reads.
   *
   * @default {""}
   */
  readonly alt?: string | undefined;
  /**
   * The color behind an SVG, as CSS writes it, or `"none"`. Dagster's UI has a dark theme, on which
   * the black text of most plots cannot be read.
   *
   * @default {"white"}
   */
  readonly background?: string | undefined;
}

/**
 * The most characters of a `data:` address. Dagster keeps metadata in its event log, and sends all
 * of it to the browser.
 */
const MAX_IMAGE_CHARACTERS = 1024 * 1024;

/** The kinds of image that every browser shows, with the first bytes of each. */
const SIGNATURES: readonly (readonly [signature: RegExp, mediaType: string])[] = [
  [/^\x89PNG\r\n/, "image/png"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^GIF8[79]a/, "image/gif"],
  [/^RIFF[^]{4}WEBP/, "image/webp"],
];

/** The start of an SVG document: a declaration, comments and a document type may precede its root. */
const SVG_START =
  /^\uFEFF?(?:\s+|<\?[^]*?\?>|<!--[^]*?-->|<!DOCTYPE[^>[]*(?:\[[^]*?\])?\s*>)*<svg(?=[\s/>])/i;

/** Returns Markdown that Dagster's UI shows as an image: it does not have a type for images. */
export function imageMarkdown(
  image: string | Uint8Array | PipesUrl,
  options: PipesImageOptions = {},
): string {
  return new ValuePath("MetadataValue.image").reading((path) => {
    const { alt = "", background = "white" } = options;
    if (typeof alt !== "string") {
      path.refuse(`must get an alt that is a string, got ${kindOf(alt)}`);
    }
    if (typeof background !== "string" || !/^[\w#(),.%/ -]+$/.test(background)) {
      path.refuse(`must get a background that is a color of CSS, got ${kindOf(background)}`);
    }
    return `![${escapedAlt(alt)}](${addressOf(image, background, path)})`;
  });
}

function addressOf(image: unknown, background: string, path: ValuePath): string {
  if (image instanceof URL) return linkOf(image, path);
  if (typeof image === "string") {
    const svg = new TextEncoder().encode(completeSvg(image, background, path));
    return dataAddress("image/svg+xml", svg, path);
  }
  if (image instanceof Uint8Array) return dataAddress(mediaTypeOf(image, path), image, path);
  return path.refuse(
    `must get the text of an SVG, the bytes of an image, or a URL, got ${kindOf(image)}`,
  );
}

function linkOf({ protocol, href }: URL, path: ValuePath): string {
  if (!["http:", "https:", "data:"].includes(protocol)) {
    path.refuse(`must get a URL of http:, https: or data:, got one of ${protocol}`);
  }
  if (protocol === "data:") requireFit(href.length, path);
  // A URL leaves these as they are, and they would end the address in Markdown.
  return href.replace(/[()<>]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}

/** Adds what a browser needs to draw an SVG as an image: the namespace, and a background. */
function completeSvg(text: string, background: string, path: ValuePath): string {
  const start = SVG_START.exec(text)?.[0];
  if (start === undefined) {
    const advice = /^\w+:\/\//.test(text)
      ? ". Pass an address as new URL(…)"
      : text.includes("<")
      ? ""
      : ". Pass the content of a file, as text or as bytes";
    return path.refuse(`must get the text of an SVG document, got ${kindOf(text)}${advice}`);
  }
  const rest = text.slice(start.length);
  const [attributes = ""] = /^[^>]*/.exec(rest) ?? [];
  const namespace = /\sxmlns\s*=/.test(attributes) ? "" : ' xmlns="http://www.w3.org/2000/svg"';
  return start + namespace + withBackground(attributes, background) +
    rest.slice(attributes.length);
}

/** A color of the document's own wins: it comes later in the same style. */
function withBackground(attributes: string, background: string): string {
  if (background === "none") return attributes;
  const color = `background:${background}`;
  const style = /(\sstyle\s*=\s*["'])/.exec(attributes)?.[0];
  return style === undefined
    ? ` style="${color}"${attributes}`
    : attributes.replace(style, `${style}${color};`);
}

function mediaTypeOf(bytes: Uint8Array, path: ValuePath): string {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  const [, mediaType] = SIGNATURES.find(([signature]) => signature.test(start)) ?? [];
  if (mediaType !== undefined) return mediaType;
  return path.refuse(
    "must get the bytes of a PNG, JPEG, GIF or WebP: these begin like none of them. Pass an SVG as text",
  );
}

function dataAddress(mediaType: string, bytes: Uint8Array, path: ValuePath): string {
  const head = `data:${mediaType};base64,`;
  requireFit(head.length + Math.ceil(bytes.length / 3) * 4, path);
  // A copy: `encodeBase64` works in the memory behind a `Buffer`, which Node shares with others.
  return head + encodeBase64(new Uint8Array(bytes));
}

function requireFit(characters: number, path: ValuePath): void {
  if (characters <= MAX_IMAGE_CHARACTERS) return;
  path.refuse(
    `is too large for Dagster's event log: it takes ${characters} characters, and the limit is ` +
      `${MAX_IMAGE_CHARACTERS} (1 MiB). Put the image into storage, and pass its URL`,
  );
}

/** The brackets of an image hold text, and no Markdown. */
function escapedAlt(alt: string): string {
  return alt.replace(/\s+/g, " ").replace(/[\\[\]<>&*_`!]/g, "\\$&");
}
