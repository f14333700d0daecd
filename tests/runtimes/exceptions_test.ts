import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch } from "../kit/launch.ts";
import { closedException, methodsOf, parseMessage, type WireException } from "../kit/messages.ts";

interface Thrown {
  readonly same: boolean;
  readonly lines: string[];
  readonly closes: number;
}

/** An exception and its causes, outermost first. */
function causesOf(exception: WireException): WireException[] {
  const causes: WireException[] = [];
  for (let at: WireException | null = exception; at !== null; at = at.cause) {
    causes.push(at);
  }
  return causes;
}

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: any thrown value is rethrown itself, and told with its name, stack and causes`, async (t) => {
    const outcome = await launch(runtime, "exceptions.ts");
    assertEquals(outcome.code, 1);
    const thrown = JSON.parse(outcome.stdout) as Record<string, Thrown>;
    const told: Record<string, WireException> = {};
    for (const [name, { same, lines, closes }] of Object.entries(thrown)) {
      const messages = lines.map(parseMessage);
      assertEquals(methodsOf(messages), ["opened", "closed"], name);
      assert(same, `${name} was not rethrown as it was`);
      assertEquals(closes, 1, name);
      told[name] = closedException(messages);
    }
    const of = (name: string): WireException => {
      const exception = told[name];
      assert(exception !== undefined, name);
      return exception;
    };

    await t.step("an Error has its name, message, stack and causes", () => {
      const [outer, inner, root] = causesOf(of("an Error with a cause"));
      assertEquals([outer?.name, inner?.name], ["Error", "TypeError"]);
      assertStringIncludes(outer?.message ?? "", "outer");
      assertStringIncludes(inner?.message ?? "", "inner");
      assertStringIncludes(root?.message ?? "", "root");
      assertMatch(outer?.stack.join("") ?? "", /exceptions\.ts/);
      assert(
        !outer?.stack.some((line) => line.includes("outer")),
        "the message stands in the stack again",
      );
    });
    await t.step(
      "a subclass has its own name",
      () => assertEquals(of("a subclass").name, "OutOfStock"),
    );
    await t.step("an AggregateError tells all its errors", () => {
      const exception = of("an AggregateError");
      assertEquals(exception.name, "AggregateError");
      for (const text of ["many", "first of many", "second of many", "RangeError"]) {
        assertStringIncludes(JSON.stringify(exception), text);
      }
    });
    await t.step("a circle of causes ends with a note", () => {
      const causes = causesOf(of("a circle of causes"));
      assert(causes.length <= 4, `${causes.length} causes`);
      assertMatch(causes.at(-1)?.message ?? "", /circle/);
    });
    await t.step(
      "a long chain of causes ends with a note, well before Dagster's limit",
      () => {
        const causes = causesOf(of("a long chain of causes"));
        assert(causes.length > 10 && causes.length < 500, `${causes.length} causes`);
        assertMatch(causes.at(-1)?.message ?? "", /left out|too many/);
      },
    );
    await t.step("errors with odd properties are told all the same", () => {
      assertMatch(of("an Error without a stack").message, /changed/);
      assertEquals(of("an Error without a stack").stack, []);
      assertEquals(of("an Error with an odd stack").stack, []);
      assertStringIncludes(of("an Error of two lines").message, "line one\nline two");
      assert(!of("an Error of two lines").stack.some((line) => line.includes("line two")));
      assertEquals(of("an Error that cannot be read").name, "Error");
    });
    await t.step("what is no Error is told as text", () => {
      const messages: Record<string, RegExp> = {
        "a string": /just text/,
        "a lone surrogate": /half \ufffd pair/,
        "a number": /42/,
        "a bigint": /1180591620717411303424/,
        "a symbol": /mark/,
        "a function": /failure/,
        "null": /null/,
        "undefined": /undefined/,
        "an object": /an odd one/,
        "an object without a prototype": /bare/,
        "an array": /a.*1/,
        "a proxy that throws": /./,
      };
      for (const [name, message] of Object.entries(messages)) {
        assertMatch(of(name).message, message, name);
      }
    });
  });
}
