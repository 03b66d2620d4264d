// gantry-ignore-file undeclared: the repositories below are text

import { gitignore, json, lines, type Shape } from './shape.ts'

const site = {
  'apps/site/package.json': json({
    name: 'site',
    private: true,
    type: 'module',
    scripts: { build: 'astro build', start: 'node dist/server/entry.mjs' },
    dependencies: { astro: '7.3.5', '@astrojs/node': '11.1.6' },
  }),
  'apps/site/astro.config.mjs': lines(
    "import node from '@astrojs/node'",
    "import { defineConfig } from 'astro/config'",
    '',
    "export default defineConfig({ output: 'server', adapter: node({ mode: 'standalone' }) })",
  ),
  'apps/site/src/pages/index.astro': lines('---', 'const year = 2026', '---', '<h1>Tides of {year}</h1>'),
}

const map = {
  'apps/map/package.json': json({
    name: 'map',
    private: true,
    type: 'module',
    scripts: { build: 'react-router build', dev: 'react-router dev' },
    dependencies: {
      '@react-router/node': '8.4.0',
      'react-router': '8.4.0',
      react: '19.3.1',
      'react-dom': '19.3.1',
      isbot: '5.2.3',
    },
    devDependencies: { '@react-router/dev': '8.4.0', vite: '8.3.8' },
  }),
  'apps/map/react-router.config.ts': lines('export default { ssr: false }'),
  'apps/map/vite.config.ts': lines(
    "import { reactRouter } from '@react-router/dev/vite'",
    "import { defineConfig } from 'vite'",
    '',
    'export default defineConfig({ plugins: [reactRouter()] })',
  ),
  'apps/map/app/routes.ts': lines(
    "import { index } from '@react-router/dev/routes'",
    '',
    "export default [index('home.jsx')]",
  ),
  'apps/map/app/root.jsx': lines(
    "import { Outlet, Scripts } from 'react-router'",
    '',
    'export default function Root() {',
    '  return (',
    '    <html lang="en">',
    '      <body>',
    '        <Outlet />',
    '        <Scripts />',
    '      </body>',
    '    </html>',
    '  )',
    '}',
  ),
  'apps/map/app/home.jsx': lines(
    'export default function Home() {',
    '  return <h1>Tides at {import.meta.env.VITE_HARBOUR}</h1>',
    '}',
  ),
}

/** Two frameworks whose builds are servers or pages of their own kind, beside an example and a storybook that are neither. */
export const metaFrameworks: Shape = {
  name: 'meta-frameworks',
  files: {
    '.gitignore': `${gitignore}.astro\n.react-router\nbuild\n`,
    'README.md': '# Tides\n',
    '.prettierrc.json': json({ semi: false, singleQuote: true }),
    '.prettierignore': lines(
      'pnpm-lock.yaml',
      '*.json',
      '*.astro',
      'apps',
      'examples',
      'stories',
      'pnpm-workspace.yaml',
    ),
    'package.json': json({
      name: 'tides',
      private: true,
      packageManager: 'pnpm@10.34.9',
      engines: { node: '>=22' },
      scripts: { lint: 'prettier --check .', build: 'pnpm -r build' },
      devDependencies: { prettier: '3.7.4' },
    }),
    'pnpm-workspace.yaml': lines(
      'packages:',
      '  - apps/*',
      '  - stories',
      '  - examples/*',
      'onlyBuiltDependencies: []',
    ),
    'stories/package.json': json({
      name: 'stories',
      private: true,
      scripts: { build: 'echo storybook build' },
      dependencies: { react: '19.3.1' },
    }),
    'examples/basic/package.json': json({
      name: 'basic',
      private: true,
      scripts: { start: 'vite', build: 'echo vite build' },
      devDependencies: { vite: '8.3.8' },
    }),
    'examples/basic/index.html': '<!doctype html>\n',
    ...site,
    ...map,
  },
  byHand: ['pnpm install --frozen-lockfile', 'pnpm lint', 'pnpm build'],
  broken: {
    'apps/map/app/routes.ts': lines(
      "import { index } from '@react-router/dev/routes'",
      '',
      "export default [index('gone.jsx')]",
    ),
  },
  brokenAt: 'Build',
}
