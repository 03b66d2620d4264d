import { gitignore, json, lines, type Shape, tsconfig, typescript } from './shape.ts'

const scripts = { build: 'tsc -p tsconfig.build.json', 'check-types': 'tsc --noEmit', 'test:unit': 'vitest run' }
const buildConfig = json({ extends: './tsconfig.json', exclude: ['src/**/*.test.ts'] })
const compiled = tsconfig({ outDir: 'dist', rootDir: 'src', declaration: true })

const library = (name: string, dependencies: Record<string, string> = {}) => ({
  [`packages/${name}/package.json`]: json({
    name: `@words/${name}`,
    version: '1.0.0',
    type: 'module',
    main: './dist/index.js',
    types: './dist/index.d.ts',
    files: ['dist'],
    scripts,
    dependencies,
    devDependencies: { ...typescript, vitest: '5.1.1' },
  }),
  [`packages/${name}/tsconfig.json`]: compiled,
  [`packages/${name}/tsconfig.build.json`]: buildConfig,
})

/** Two published packages, one on the other; scripts by other names, no pinned pnpm, versions by changesets. */
export const libraryChangesets: Shape = {
  name: 'library-changesets',
  files: {
    '.gitignore': gitignore,
    'README.md': '# Words\n',
    '.changeset/config.json': json({ access: 'public', baseBranch: 'main', changelog: '@changesets/cli/changelog' }),
    '.changeset/README.md': 'Changesets.\n',
    '.prettierrc': json({ singleQuote: true, semi: false }),
    'package.json': json({
      name: 'words',
      private: true,
      type: 'module',
      scripts: { 'lint:check': 'prettier --check .', format: 'prettier --write .', changeset: 'changeset' },
      devDependencies: { '@changesets/cli': '3.0.3', prettier: '3.7.4' },
    }),
    '.prettierignore': lines('pnpm-lock.yaml', '*.json', 'packages/*/src'),
    'pnpm-workspace.yaml': lines('packages:', '  - packages/*'),
    ...library('count'),
    'packages/count/src/index.ts': lines(
      'export const count = (text: string): number => text.split(/\\s+/).filter(Boolean).length',
    ),
    'packages/count/src/index.test.ts': lines(
      "import { expect, it } from 'vitest'",
      "import { count } from './index.js'",
      '',
      "it('counts words, not spaces', () => expect(count(' a  b ')).toBe(2))",
    ),
    ...library('report', { '@words/count': 'workspace:^' }),
    'packages/report/src/index.ts': lines(
      "import { count } from '@words/count'",
      '',
      'export const report = (text: string): string => count(text) + " words"',
    ),
    'packages/report/src/index.test.ts': lines(
      "import { expect, it } from 'vitest'",
      "import { report } from './index.js'",
      '',
      "it('says how many', () => expect(report('a b')).toBe('2 words'))",
    ),
  },
  byHand: [
    'pnpm install --frozen-lockfile',
    'pnpm --filter @words/count run build',
    'pnpm run lint:check',
    'pnpm -r run check-types',
    'pnpm -r run test:unit',
    'pnpm -r run build',
  ],
  broken: {
    'packages/report/src/index.ts': lines(
      "import { count } from '@words/count'",
      '',
      'export const report = (text: string): number => count(text) + " words"',
    ),
  },
  brokenAt: 'Typecheck',
}
