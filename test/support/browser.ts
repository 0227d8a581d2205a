import { fileURLToPath } from 'node:url';
import bundled from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page, and what it did that a correct page does not do. */
export interface WatchedPage {
  readonly page: Page;
  /** Console errors and uncaught exceptions. */
  readonly complaints: readonly string[];
  /** Requested URLs outside of loopback. */
  readonly foreign: readonly string[];
  /** Saves a screenshot in the git-ignored folder `test/screenshots`. */
  shoot(name: string): Promise<void>;
}

/** A real Chromium. Must be closed. */
export interface TestBrowser {
  /** Opens a page with its own cookies and storage. */
  open(options?: BrowserContextOptions): Promise<WatchedPage>;
  [Symbol.asyncDispose](): Promise<void>;
}

const SCREENSHOTS = fileURLToPath(new URL('../screenshots/', import.meta.url));

/**
 * Flags of the package that users' browsers do not have: they switch off the isolation of pages from each other, and draw
 * by a software GPU, which takes several times as long as drawing without one.
 */
const UNUSUAL_FLAGS =
  /^--(?:disable-web-security|allow-running-insecure-content|disable-site-isolation-trials|single-process|no-zygote|use-gl=.*|use-angle=.*|in-process-gpu|ignore-gpu-blocklist|enable-unsafe-swiftshader|disable-features=.*|headless=.*)$/;

/** Starts the Chromium of the npm package, or that of `CHROME_PATH`. */
export async function startBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: process.env['CHROME_PATH'] ?? (await bundled.executablePath()),
    args: [...bundled.args.filter((argument) => !UNUSUAL_FLAGS.test(argument)), '--disable-gpu'],
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
