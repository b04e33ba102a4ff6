/** A site on localhost: pages of one script each, the installed package beside them, and a policy that forbids code from strings. */
import { cpSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { build } from 'esbuild';
import { manifestOf } from '../package/consumer.ts';
import { root } from '../architecture/files.ts';

/** Compiling WebAssembly is allowed, `eval` and `new Function` are not. */
const policy = "default-src 'none'; img-src data:; script-src 'self' 'wasm-unsafe-eval'";

const mimeTypes: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** The address of each entry point on the site: its built file, so that a page needs no import map. */
const addresses = (): Readonly<Record<string, string>> => {
  const { name, exports = {} } = manifestOf(root);
  // Sound: tests/package checks that each export has a built file.
  const built = exports as Readonly<Record<string, { readonly default: string } | string>>;
  return Object.fromEntries(
    Object.entries(built).flatMap(([path, entry]) =>
      typeof entry === 'string' ? [] : [[path.replace('.', name), entry.default.replace('.', `/${name}`)]],
    ),
  );
};

/**
 * The text of a page's script: without a bundler it imports the package's files from the site, with one it holds all it needs. It is
 * built beside the installed modules: here, our own name would mean our own folder.
 */
const scriptOf = async (name: string, modules: string, bundled: boolean): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [join(modules, '../scripts', `${name}.ts`)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    ...(bundled ? { external: ['node:*'] } : { alias: addresses(), external: ['/fluxion/*'] }),
  });
  return outputFiles[0]?.text ?? '';
};

const pageOf = (name: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,"><body><script type="module" src="/${name}.js"></script></body></html>`;

/** Pages by name, and whether their scripts are bundled. */
const pages = { page: false, policy: false, bundled: true } as const;

export interface Site {
  readonly address: (page: keyof typeof pages) => string;
  readonly close: () => void;
}

/** Serve the pages, and the package from a folder of installed modules, on a free port. */
export const serve = async (modules: string): Promise<Site> => {
  cpSync(import.meta.dirname, join(modules, '../scripts'), { recursive: true });
  const made = new Map<string, string>();
  for (const [name, bundled] of Object.entries(pages)) {
    made.set(`/${name}.html`, pageOf(name));
    made.set(`/${name}.js`, await scriptOf(name, modules, bundled));
  }
  const bodyOf = (path: string): string | Buffer | null => {
    const page = made.get(path);
    if (page !== undefined) return page;
    try {
      return path.startsWith('/fluxion/') ? readFileSync(join(modules, normalize(path))) : null;
    } catch {
      return null;
    }
  };
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const body = bodyOf(pathname);
    const type = mimeTypes[extname(pathname)] ?? 'application/octet-stream';
    response.writeHead(body === null ? 404 : 200, { 'content-type': type, 'content-security-policy': policy });
    response.end(body ?? 'not found');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo; // sound: it listens on a port
  return { address: (page) => `http://127.0.0.1:${port}/${page}.html`, close: () => server.close() };
};
