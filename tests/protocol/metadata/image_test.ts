import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { encodeBase64 } from "@std/encoding/base64";
import { DagsterPipesError } from "../../../src/errors.ts";
import { MetadataValue } from "../../../src/protocol/metadata/builders.ts";

const ROOT = '<svg xmlns="http://www.w3.org/2000/svg"';

/** The text of the SVG that a markdown holds. */
function svgIn(markdown: string): string {
  const [, data = ""] = /^!\[\]\(data:image\/svg\+xml;base64,([\w+/=]+)\)$/.exec(markdown) ?? [];
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function refusal(make: () => unknown): string {
  const error = assertThrows(make, DagsterPipesError);
  assertEquals(error.code, "invalid_value");
  return error.message;
}

/** An image of a kind, as far as its first bytes tell. */
function bytes(start: string, length = 40): Uint8Array {
  const all = new Uint8Array(length);
  all.set(Uint8Array.from(start, (character) => character.charCodeAt(0)));
  return all;
}

Deno.test("an SVG becomes markdown that holds it, with the namespace that browsers want", () => {
  const complete = `${ROOT}><text>ä €</text></svg>`;
  const image = MetadataValue.image(complete, { background: "none" });
  assertEquals(image.type, "md");
  assertEquals(svgIn(image.rawValue), complete);
  const cases: readonly [given: string, wanted: string][] = [
    ["<svg/>", `${ROOT}/>`],
    ['<svg width="1"></svg>', `${ROOT} width="1"></svg>`],
    ["\uFEFF \n<svg></svg>", `\uFEFF \n${ROOT}></svg>`],
    [
      '<?xml version="1.0"?>\n<!-- by <svg> hand -->\n<svg/>',
      `<?xml version="1.0"?>\n<!-- by <svg> hand -->\n${ROOT}/>`,
    ],
    ["<!DOCTYPE svg PUBLIC 'a' 'b'><svg></svg>", `<!DOCTYPE svg PUBLIC 'a' 'b'>${ROOT}></svg>`],
    ["<!DOCTYPE svg [ <!ENTITY a 'b'> ]>\n<svg/>", `<!DOCTYPE svg [ <!ENTITY a 'b'> ]>\n${ROOT}/>`],
    ['<svg xmlns:xlink="x"/>', `${ROOT} xmlns:xlink="x"/>`],
    [
      "<svg\n  xmlns = 'http://www.w3.org/2000/svg'/>",
      "<svg\n  xmlns = 'http://www.w3.org/2000/svg'/>",
    ],
  ];
  for (const [given, wanted] of cases) {
    assertEquals(
      svgIn(MetadataValue.image(given, { background: "none" }).rawValue).replace("\uFEFF", ""),
      wanted.replace("\uFEFF", ""),
    );
  }
});

Deno.test("an SVG gets a white ground, or the one that is asked for, under its own style", () => {
  const cases: readonly [given: string, background: string | undefined, wanted: string][] = [
    [`${ROOT}/>`, undefined, '<svg style="background:white" xmlns="http://www.w3.org/2000/svg"/>'],
    ["<svg/>", "rgb(0 0 0 / 50%)", `${ROOT} style="background:rgb(0 0 0 / 50%)"/>`],
    ["<svg style='color:red'/>", "#fff", `${ROOT} style='background:#fff;color:red'/>`],
    [
      '<svg><g style="x:y"/></svg>',
      undefined,
      `${ROOT} style="background:white"><g style="x:y"/></svg>`,
    ],
  ];
  for (const [given, background, wanted] of cases) {
    assertEquals(svgIn(MetadataValue.image(given, { background }).rawValue), wanted);
  }
  for (const background of ["", '"><script>', "url(x:y)", 5 as unknown as string]) {
    const message = refusal(() => MetadataValue.image("<svg/>", { background }));
    assertStringIncludes(message, "must get a background that is a color of CSS");
  }
});

Deno.test("the bytes of a picture are told by how they begin", () => {
  const kinds: readonly [start: string, mediaType: string][] = [
    ["\x89PNG\r\n\x1a\n", "image/png"],
    ["\xff\xd8\xff\xe0", "image/jpeg"],
    ["GIF87a", "image/gif"],
    ["GIF89a", "image/gif"],
    ["RIFF\x01\x02\x03\x04WEBPVP8 ", "image/webp"],
  ];
  for (const [start, mediaType] of kinds) {
    const picture = bytes(start, 20_001);
    assertEquals(
      MetadataValue.image(picture).rawValue,
      `![](data:${mediaType};base64,${encodeBase64(picture)})`,
    );
  }
});

Deno.test("a URL becomes a link, whatever marks are in it", () => {
  assertEquals(
    MetadataValue.image(new URL("https://a.example/p (1).png?x=<1>")).rawValue,
    "![](https://a.example/p%20%281%29.png?x=%3C1%3E)",
  );
  const data = new URL("data:image/png;base64,iVBORw0KGgo=");
  assertEquals(MetadataValue.image(data).rawValue, `![](${data.href})`);
});

Deno.test("what stands in a picture's place is text, whatever marks are in it", () => {
  const url = new URL("https://a.example/p.png");
  assertEquals(
    MetadataValue.image(url, { alt: "a [b](c) \\ <i>\n\n*d*" }).rawValue,
    "![a \\[b\\](c) \\\\ \\<i\\> \\*d\\*](https://a.example/p.png)",
  );
});

Deno.test("what is no picture is refused, and the error says what is taken", () => {
  const must = "MetadataValue.image: must get";
  assertEquals(
    refusal(() => MetadataValue.image("https://a.example/p.png")),
    `${must} the text of an SVG document, got the string "https://a.example/p.png". Pass an address as new URL(…)`,
  );
  assertEquals(
    refusal(() => MetadataValue.image("plot.png")),
    `${must} the text of an SVG document, got the string "plot.png". Pass the content of a file, as text or as bytes`,
  );
  assertEquals(
    refusal(() => MetadataValue.image("<svgx/>")),
    `${must} the text of an SVG document, got the string "<svgx/>"`,
  );
  assertEquals(
    refusal(() => MetadataValue.image("<p><svg/></p>")),
    `${must} the text of an SVG document, got the string "<p><svg/></p>"`,
  );
  const unknown =
    `${must} the bytes of a PNG, JPEG, GIF or WebP: these begin like none of them. Pass an SVG as text`;
  for (const start of ["", "BM", "RIFF....WAVE", "<svg/>"]) {
    assertEquals(refusal(() => MetadataValue.image(bytes(start))), unknown);
  }
  assertEquals(refusal(() => MetadataValue.image(new Uint8Array())), unknown);
  assertEquals(
    refusal(() => MetadataValue.image(new URL("file:///p.png"))),
    `${must} a URL of http:, https: or data:, got one of file:`,
  );
  for (const odd of [undefined, null, 3, {}, [1]]) {
    // @ts-expect-error What types refuse, plain JavaScript may give.
    assertStringIncludes(refusal(() => MetadataValue.image(odd)), `${must} the text of an SVG`);
  }
  // @ts-expect-error What types refuse, plain JavaScript may give.
  const odd = () => MetadataValue.image("<svg/>", { alt: 3 });
  assertEquals(refusal(odd), `${must} an alt that is a string, got the number 3`);
});

Deno.test("a picture of up to 1 MiB in the event log is taken, and more is to be stored elsewhere", () => {
  const head = "data:image/png;base64,".length;
  const most = Math.floor((1024 * 1024 - head) / 4) * 3;
  const address = MetadataValue.image(bytes("\x89PNG\r\n\x1a\n", most)).rawValue.slice(4, -1);
  assert(address.length > 1024 * 1024 - 4 && address.length <= 1024 * 1024);
  assertEquals(
    refusal(() => MetadataValue.image(bytes("\x89PNG\r\n\x1a\n", most + 1))),
    `MetadataValue.image: is too large for Dagster's event log: it takes ${
      address.length + 4
    } characters, and the limit is 1048576 (1 MiB). Put the image into storage, and pass its URL`,
  );
  const url = new URL(`data:image/png,${"a".repeat(1024 * 1024)}`);
  assertStringIncludes(refusal(() => MetadataValue.image(url)), "Put the image into storage");
});
