import { kindOf } from "../../json/kinds.ts";
import { ValuePath } from "../../json/path.ts";
import type { PipesUrl } from "../../public_types.ts";

/**
 * How an image is shown.
 */
export interface PipesImageOptions {
  /** What stands in its place where it cannot be shown, and is read out. Default: nothing. */
  readonly alt?: string | undefined;
}

/**
 * How long the address of an image may be that holds the image itself. Dagster keeps metadata in its
 * event log, and sends it to the browser whole.
 */
const MAX_IMAGE_CHARACTERS = 1024 * 1024;

/** The kinds of image that every browser shows, by how their bytes begin: `?` is any byte. */
const SIGNATURES: readonly (readonly [signature: string, mediaType: string])[] = [
  ["\x89PNG\r\n\x1a\n", "image/png"],
  ["\xff\xd8\xff", "image/jpeg"],
  ["GIF87a", "image/gif"],
  ["GIF89a", "image/gif"],
  ["RIFF????WEBP", "image/webp"],
];

/** What may stand ahead of the root of an SVG document: a declaration, comments, a document type. */
const SVG_START =
  /^\uFEFF?(?:\s+|<\?[^]*?\?>|<!--[^]*?-->|<!DOCTYPE[^>[]*(?:\[[^]*?\])?\s*>)*<svg(?=[\s/>])/i;

/** Markdown that Dagster's UI shows as an image: Dagster has no type of metadata for one. */
export function imageMarkdown(
  image: string | Uint8Array | PipesUrl,
  options: PipesImageOptions = {},
): string {
  return new ValuePath("MetadataValue.image").reading((path) => {
    const { alt = "" } = options;
    if (typeof alt !== "string") {
      path.refuse(`must get an alt that is a string, got ${kindOf(alt)}`);
    }
    return `![${escapedAlt(alt)}](${addressOf(image, path)})`;
  });
}

function addressOf(image: unknown, path: ValuePath): string {
  if (image instanceof URL) return linkOf(image, path);
  if (typeof image === "string") {
    const svg = new TextEncoder().encode(completeSvg(image, path));
    return dataAddress("image/svg+xml", svg, path);
  }
  if (image instanceof Uint8Array) return dataAddress(mediaTypeOf(image, path), image, path);
  return path.refuse(
    `must get the text of an SVG, the bytes of an image, or a URL, got ${kindOf(image)}`,
  );
}

function linkOf({ protocol, href }: URL, path: ValuePath): string {
  if (!["http:", "https:", "data:"].includes(protocol)) {
    path.refuse(`must get a URL that a browser can load from anywhere, got one of ${protocol}`);
  }
  if (protocol === "data:") requireFit(href.length, path);
  // These would end the address in Markdown, which a URL leaves as they are.
  return href.replace(/[()<>]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}

/** A browser draws an SVG as an image only where its root names the namespace. */
function completeSvg(text: string, path: ValuePath): string {
  const start = SVG_START.exec(text)?.[0];
  if (start === undefined) {
    const advice = /^\w+:\/\//.test(text)
      ? ". Pass an address as new URL(…)"
      : text.includes("<")
      ? ""
      : ". Pass what stands in a file, as its text or its bytes";
    return path.refuse(`must get the text of an SVG document, got ${kindOf(text)}${advice}`);
  }
  const [root = ""] = /^[^>]*/.exec(text.slice(start.length)) ?? [];
  if (/\sxmlns\s*=/.test(root)) return text;
  return `${start} xmlns="http://www.w3.org/2000/svg"${text.slice(start.length)}`;
}

function mediaTypeOf(bytes: Uint8Array, path: ValuePath): string {
  const start = Array.from(bytes.subarray(0, 12), (byte) => String.fromCharCode(byte)).join("");
  const found = SIGNATURES.find(([signature]) =>
    [...signature].every((mark, index) => mark === "?" || mark === start[index])
  );
  return found?.[1] ??
    path.refuse(
      "must get the bytes of a PNG, JPEG, GIF or WebP: these begin like none of them. An SVG is passed as text",
    );
}

function dataAddress(mediaType: string, bytes: Uint8Array, path: ValuePath): string {
  const head = `data:${mediaType};base64,`;
  requireFit(head.length + Math.ceil(bytes.length / 3) * 4, path);
  return head + base64(bytes);
}

function requireFit(characters: number, path: ValuePath): void {
  if (characters <= MAX_IMAGE_CHARACTERS) return;
  path.refuse(
    `cannot put an image into the event log that takes ${characters} characters there: the most ` +
      `is ${MAX_IMAGE_CHARACTERS} (1 MiB). Put it into storage, and pass its URL`,
  );
}

/** By what every runtime has: a builder gives its value at once, and cannot load code for it. */
function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}

/** What stands between the brackets of an image is text, and no Markdown of its own. */
function escapedAlt(alt: string): string {
  return alt.replace(/\s+/g, " ").replace(/[\\[\]<>&*_`!]/g, "\\$&");
}
