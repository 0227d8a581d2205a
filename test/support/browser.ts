import { fileURLToPath } from 'node:url';
import bundled from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page, and what it did that no good page does. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and exceptions that nobody caught. */
  readonly complaints: readonly string[];
  /** URLs that were asked for outside of loopback. */
  readonly foreign: readonly string[];
  /** Takes a picture into the git-ignored folder of screenshots. */
  shoot(name: string): Promise<void>;
}

/** A real Chromium. Must be closed. */
export interface TestBrowser {
  /** A page with cookies and storage of its own. */
  open(options?: BrowserContextOptions): Promise<WatchedPage>;
  [Symbol.asyncDispose](): Promise<void>;
}

const SCREENSHOTS = fileURLToPath(new URL('../screenshots/', import.meta.url));

/** A browser as people have it: the bundled one's defaults switch off what guards pages from each other. */
const UNLIKE_PEOPLES =
  /^--(?:disable-web-security|allow-running-insecure-content|disable-site-isolation-trials|single-process|no-zygote|disable-features=.*|headless=.*)$/;

/** Starts the Chromium that comes out of the registry, or that of `CHROME_PATH`. */
export async function startBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: process.env['CHROME_PATH'] ?? (await bundled.executablePath()),
    args: bundled.args.filter((argument) => !UNLIKE_PEOPLES.test(argument)),
  });
  return {
    async open(options) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const complaints: string[] = [];
      const foreign: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      context.on('request', (request) => {
        if (!isLoopback(request.url())) foreign.push(request.url());
      });
      return {
        page,
        complaints,
        foreign,
        async shoot(name) {
          await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
        },
      };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

function isLoopback(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return ['data:', 'blob:'].includes(protocol) || ['127.0.0.1', 'localhost'].includes(hostname);
}
