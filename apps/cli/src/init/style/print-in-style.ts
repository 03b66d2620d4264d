import type { Style } from './style.ts'

/** A file as its repository would write it; Gantry's own Prettier does it, so nothing need be installed there. */
export async function printInStyle(path: string, text: string, { options }: Style): Promise<string> {
  const [{ format }, plugins] = await Promise.all([import('prettier/standalone'), pluginsFor(path)])
  return format(text, { ...options, parser: parserOf(path), plugins })
}

/** The files are data: Babel reads them, and its plugin is a third of TypeScript's. */
const parserOf = (path: string): string =>
  path.endsWith('.md') ? 'markdown' : /\.ya?ml$/.test(path) ? 'yaml' : 'babel'

async function pluginsFor(path: string) {
  if (path.endsWith('.md')) return [await import('prettier/plugins/markdown')]
  if (/\.ya?ml$/.test(path)) return [await import('prettier/plugins/yaml')]
  return Promise.all([import('prettier/plugins/babel'), import('prettier/plugins/estree')])
}
