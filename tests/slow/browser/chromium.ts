import { existsSync } from "@std/fs";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { TempFolder } from "../../kit/temp_folder.ts";

/** Where Debian's package is, and where a machine may have Chrome. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/google-chrome"];

function executable(): string {
  const found = PLACES.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Error(`Cannot find Chromium at ${PLACES.join(" or ")}: install Debian's "chromium"`);
}

/** Chromium, with a profile of its own that goes with the scope. */
export class Chromium {
  readonly #profile: TempFolder;
  readonly #context: BrowserContext;
  readonly #server: string;

  private constructor(profile: TempFolder, context: BrowserContext, server: string) {
    this.#profile = profile;
    this.#context = context;
    this.#server = server;
  }

  /** Starts it. It sees nothing but the server. */
  static async start(server: string): Promise<Chromium> {
    const profile = new TempFolder();
    const context = await chromium.launchPersistentContext(profile.path, {
      executablePath: executable(),
      headless: true,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    // What the page asks of others, such as the telemetry of the UI, fails at once.
    await context.route((url) => url.origin !== server, (route) => route.abort());
    // On a busy machine a page of the UI takes long.
    context.setDefaultTimeout(120_000);
    return new Chromium(profile, context, server);
  }

  /** A page of the UI, in a window of a size in pixels. */
  async open(path: string, width: number, height: number): Promise<Page> {
    const page = await this.#context.newPage();
    await page.setViewportSize({ width, height });
    await page.goto(this.#server + path);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    this.#profile[Symbol.dispose]();
  }
}
