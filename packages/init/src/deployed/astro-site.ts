import { json, lines } from '../shapes/shape.ts'
import { type DeployedShape, lockfile } from './deployed-shape.ts'

/** A site of one person: no workspace, no vendor, no tests. */
export const astroSite: DeployedShape = {
  name: 'astro-site',
  services: { 'bread-blog': 'local' },
  builds: { '.': { 'dist/index.html': '<!doctype html><title>Bread</title>\n' } },
  files: {
    '.gitignore': lines(
      '# build output',
      'dist/',
      '# generated types',
      '.astro/',
      'node_modules/',
      '.env',
      '.DS_Store',
    ),
    'README.md': '# Bread\n',
    'package.json': json({
      name: 'bread-blog',
      type: 'module',
      version: '0.0.1',
      packageManager: 'pnpm@12.21.0',
      scripts: { dev: 'astro dev', build: 'astro build', preview: 'astro preview', astro: 'astro' },
      dependencies: { '@astrojs/mdx': '^4.3.9', '@astrojs/sitemap': '^3.6.0', astro: '^5.15.3' },
    }),
    'pnpm-lock.yaml': lockfile,
    'astro.config.mjs': lines(
      '// @ts-check',
      "import mdx from '@astrojs/mdx'",
      "import sitemap from '@astrojs/sitemap'",
      "import { defineConfig } from 'astro/config'",
      '',
      "export default defineConfig({ site: 'https://bread.example', integrations: [mdx(), sitemap()] })",
    ),
    'tsconfig.json': json({
      extends: 'astro/tsconfigs/strict',
      include: ['.astro/types.d.ts', '**/*'],
      exclude: ['dist'],
    }),
    'src/pages/index.astro': lines(
      '---',
      'const title = "Bread"',
      '---',
      '<html lang="en"><title>{title}</title></html>',
    ),
    'src/content/rye.mdx': '# Rye\n',
  },
}
