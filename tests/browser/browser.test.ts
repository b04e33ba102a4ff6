/** The packed package on a page in headless Chromium, under a strict policy: imported, jitted, differentiated, trained. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closure, manifestOf, pack, placeOf, succeed } from '../package/consumer.ts';
import { root } from '../architecture/files.ts';
import { reportId } from './report.ts';
import { serve, type Site } from './site.ts';
import { smoke, type Report } from './smoke.ts';

const executablePath = '/usr/bin/chromium';
const isHere = existsSync(executablePath);
// Where tests must not be left out, the launch below fails.
const isLeftOut = !isHere && process.env['CI'] === undefined;
if (isLeftOut)
  console.log(`tests/browser: skipped, no ${executablePath} (apt-get update && apt-get install -y chromium)`);

/** No talk with the world: pages are on localhost. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A folder of modules: the tarball unpacked, and what it depends on. */
const unpack = async (base: string): Promise<string> => {
  const modules = join(base, 'node_modules');
  mkdirSync(modules);
  await succeed('tar', ['-xzf', await pack(base), '-C', modules], base);
  renameSync(join(modules, 'package'), join(modules, 'fluxion'));
  for (const name of closure(Object.keys(manifestOf(root).dependencies ?? {}))) {
    mkdirSync(join(modules, name, '..'), { recursive: true });
    symlinkSync(placeOf(name), join(modules, name));
  }
  return modules;
};

describe.skipIf(isLeftOut)('in headless Chromium', () => {
  const base = mkdtempSync(join(tmpdir(), 'fluxion-browser-'));
  let browser: Browser | undefined;
  let site: Site | undefined;

  beforeAll(async () => {
    // A new folder for the user's data is Playwright's own habit.
    browser = await chromium.launch({ executablePath, headless: true, args: flags });
    site = await serve(await unpack(base));
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    site?.close();
    rmSync(base, { recursive: true, force: true });
  });

  /** What a page wrote, and what went wrong on it. */
  const visit = async (name: Parameters<Site['address']>[0]) => {
    if (browser === undefined || site === undefined) throw new Error('tests/browser: expected a browser and a site.');
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('requestfailed', (request) => faults.push(request.url()));
    await page.goto(site.address(name));
    const text = await page.locator(`#${reportId}`).textContent({ timeout: 30_000 });
    await page.close();
    return { found: JSON.parse(text ?? 'null') as unknown, faults };
  };

  describe('the smoke page', () => {
    let here: Report;
    let there: Report;
    let faults: readonly string[];

    beforeAll(async () => {
      here = await smoke();
      const visited = await visit('page');
      there = visited.found as Report; // sound: what page.ts writes
      faults = visited.faults;
    });

    test('imports the package without a bundler or an import map, and nothing is refused', () => {
      expect(faults).toEqual([]);
    });

    test('jits a gradient that differences confirm', () => {
      expect(there.gradient.length).toBe(5);
      there.gradient.forEach((g, i) => expect(g).toBeCloseTo(there.differences[i] ?? NaN, 7));
    });

    test('trains a small network, by a step of its own and by fit', () => {
      expect(there.losses.length).toBe(30);
      expect(there.losses.at(-1)).toBeLessThan(0.6 * (there.losses[0] ?? 0));
      there.losses.forEach((loss, i) => expect(loss).toBeCloseTo(here.losses[i] ?? NaN, 3));
      expect(there.epochs.at(-1)).toBeLessThan(0.8 * (there.epochs[0] ?? 0));
    });

    test('has the bits of Node in elementwise functions', () => {
      expect(Object.keys(there.elementwise).length).toBeGreaterThan(20);
      expect(there.elementwise).toEqual(here.elementwise);
    });

    test('uses fused multiply-add, and has the bits of Node in training when strict', () => {
      expect(there.usesRelaxedSimd).toBe(true);
      expect(there.strict).toBe(here.strict);
    });

    test("names the page's script in an error", () => {
      expect(there.error).toEqual(['shape.broadcast', 'page.js']);
    });
  });

  test('the policy is in force: code from strings is refused', async () => {
    expect((await visit('policy')).found).toBe('EvalError');
  });

  test('sub-paths that need a bundler work with one', async () => {
    expect(await visit('bundled')).toEqual({
      found: { kernel: [[expect.closeTo(0.1)], [expect.closeTo(0.2)]], bias: [0] },
      faults: [],
    });
  });
});
