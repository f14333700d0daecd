/**
 * Offline stand-in for `jsr:@std/encoding/base64`: the same code, compiled, from npm.
 *
 * @module
 */
import * as std from "npm:deno-std@1.4.0/encoding/base64.js";

/** Encodes bytes or text (as UTF-8) as base64. */
export const encodeBase64: (data: string | Uint8Array | ArrayBuffer) => string = std.encodeBase64;

/** Decodes base64 text. */
export const decodeBase64: (b64: string) => Uint8Array<ArrayBuffer> = std.decodeBase64;
