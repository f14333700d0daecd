/**
 * Offline stand-in for `jsr:@std/encoding`: what this repository uses of it.
 *
 * @module
 */
export * from "./base64.ts";
export * from "./hex.ts";
