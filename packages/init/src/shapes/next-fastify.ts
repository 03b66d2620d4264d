// gantry-ignore-file undeclared: the repositories below are text

import { gitignore, json, lines, type Shape, tsconfig, typescript } from './shape.ts'

const contract = {
  'packages/contract/package.json': json({
    name: '@shop/contract',
    private: true,
    type: 'module',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    scripts: { build: 'tsc', typecheck: 'tsc --noEmit' },
    devDependencies: typescript,
  }),
  'packages/contract/tsconfig.json': tsconfig({ outDir: 'dist', rootDir: 'src', declaration: true }),
  'packages/contract/src/index.ts': lines(
    'export interface Item {',
    '  name: string',
    '  cents: number',
    '}',
    'export const price = ({ cents }: Item): string => (cents / 100).toFixed(2) + " EUR"',
  ),
}

const api = {
  'apps/api/package.json': json({
    name: '@shop/api',
    private: true,
    type: 'module',
    scripts: {
      build: 'tsc',
      lint: 'oxlint --fix src',
      typecheck: 'tsc --noEmit',
      test: 'vitest',
      start: 'node dist/main.js',
    },
    dependencies: { '@shop/contract': 'workspace:*', fastify: '5.12.8' },
    devDependencies: { ...typescript, '@types/node': '24.10.1', vitest: '5.1.1' },
  }),
  'apps/api/tsconfig.json': tsconfig({ outDir: 'dist', rootDir: 'src' }),
  'apps/api/src/app.ts': lines(
    "import { type Item, price } from '@shop/contract'",
    "import fastify from 'fastify'",
    '',
    "const items: Item[] = [{ name: 'lamp', cents: 1999 }]",
    'export function createApp() {',
    '  const app = fastify()',
    "  app.get('/healthz', async () => ({ ok: true }))",
    "  app.get('/items', async () => items.map(item => ({ ...item, price: price(item) })))",
    '  return app',
    '}',
  ),
  'apps/api/src/main.ts': lines(
    "import { createApp } from './app.js'",
    '',
    'const { STRIPE_SECRET_KEY, DATABASE_URL } = process.env',
    "if (!STRIPE_SECRET_KEY || !DATABASE_URL) throw new Error('expected STRIPE_SECRET_KEY and DATABASE_URL')",
    'await createApp().listen({ port: Number(process.env.PORT ?? 3001) })',
  ),
  'apps/api/src/app.test.ts': lines(
    "import { expect, it } from 'vitest'",
    "import { createApp } from './app.js'",
    '',
    "it('prices every item', async () => {",
    "  const answer = await createApp().inject('/items')",
    "  expect(answer.json()).toEqual([{ name: 'lamp', cents: 1999, price: '19.99 EUR' }])",
    '})',
  ),
}

const web = {
  'apps/web/package.json': json({
    name: '@shop/web',
    private: true,
    scripts: { dev: 'next dev', build: 'next build', typecheck: 'next typegen && tsc --noEmit', lint: 'oxlint app' },
    dependencies: { '@shop/contract': 'workspace:*', next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' },
    devDependencies: { ...typescript, '@types/node': '24.10.1', '@types/react': '19.3.0' },
  }),
  'apps/web/next.config.mjs': lines("export default { output: 'standalone' }"),
  'apps/web/tsconfig.json': json({
    compilerOptions: {
      target: 'es2023',
      lib: ['dom', 'dom.iterable', 'esnext'],
      module: 'esnext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowJs: true,
      esModuleInterop: true,
      resolveJsonModule: true,
      isolatedModules: true,
      incremental: true,
      plugins: [{ name: 'next' }],
    },
    include: ['next-env.d.ts', '**/*.ts', '**/*.tsx', '.next/types/**/*.ts', '.next/dev/types/**/*.ts'],
    exclude: ['node_modules'],
  }),
  'apps/web/app/layout.tsx': lines(
    "import type { ReactNode } from 'react'",
    '',
    'export default function Layout({ children }: { children: ReactNode }) {',
    '  return (',
    '    <html lang="en">',
    '      <body>{children}</body>',
    '    </html>',
    '  )',
    '}',
  ),
  'apps/web/app/page.tsx': lines(
    "import { price } from '@shop/contract'",
    '',
    'export default function Page() {',
    "  return <h1>{price({ name: 'lamp', cents: 1999 })} from {process.env.NEXT_PUBLIC_API_URL}</h1>",
    '}',
  ),
}

/** A page and an API that share a package which has to be built; hooks, a linter that repairs, secrets in code. */
export const nextFastify: Shape = {
  name: 'next-fastify',
  files: {
    '.gitignore': `${gitignore}next-env.d.ts\n`,
    'README.md': '# Shop\n\nSells lamps.\n',
    '.husky/pre-commit': 'pnpm lint\n',
    'package.json': json({
      name: 'shop',
      private: true,
      packageManager: 'pnpm@10.34.9',
      engines: { node: '>=22' },
      scripts: { prepare: 'husky', lint: 'pnpm -r run lint', typecheck: 'pnpm -r typecheck', build: 'pnpm -r build' },
      devDependencies: { husky: '9.1.7', oxlint: '1.30.0' },
    }),
    'pnpm-workspace.yaml': lines('packages:', '  - apps/*', '  - packages/*', 'onlyBuiltDependencies: []'),
    ...contract,
    ...api,
    ...web,
  },
  byHand: [
    'pnpm install --frozen-lockfile',
    'pnpm --filter @shop/contract build',
    'pnpm --filter @shop/api exec oxlint src',
    'pnpm --filter @shop/web exec oxlint app',
    'pnpm typecheck',
    'pnpm --filter @shop/api exec vitest run',
    'pnpm build',
  ],
  broken: {
    'packages/contract/src/index.ts': contract['packages/contract/src/index.ts'].replace('toFixed(2)', 'toFixed(1)'),
  },
  brokenAt: 'Test',
}
