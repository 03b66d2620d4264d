// gantry-ignore-file undeclared: the repositories below are text

import { gitignore, json, lines, type Shape, tsconfig, typescript } from './shape.ts'

/** Nothing at the top, every package with names of its own, code that is generated first, the oldest pnpm in use. */
export const noRootScripts: Shape = {
  name: 'no-root-scripts',
  files: {
    '.gitignore': `${gitignore}*.gen.ts\n`,
    'package.json': json({ name: 'weather', private: true, packageManager: 'pnpm@8.15.9' }),
    'pnpm-workspace.yaml': lines('packages:', '  - "services/**"', '  - "web"', '  - "!**/fixtures/**"'),
    'services/forecast/package.json': json({
      name: 'forecast',
      private: true,
      type: 'module',
      engines: { node: '>=20' },
      scripts: {
        generate: 'openapi-typescript openapi.json -o src/api.gen.ts',
        tsc: 'tsc --noEmit',
        'lint:check': 'oxlint src',
        test: 'echo "Error: no test specified" && exit 1',
        'test:unit': 'vitest run',
        start: 'node src/server.ts',
      },
      dependencies: { koa: '3.1.1' },
      devDependencies: {
        ...typescript,
        '@types/node': '24.10.1',
        'openapi-typescript': '7.10.1',
        oxlint: '1.30.0',
        vitest: '3.2.4',
      },
    }),
    'services/forecast/openapi.json': json({
      openapi: '3.1.0',
      info: { title: 'Forecast', version: '1' },
      paths: {},
      components: {
        schemas: { Day: { type: 'object', required: ['high'], properties: { high: { type: 'number' } } } },
      },
    }),
    'services/forecast/tsconfig.json': tsconfig({ noEmit: true }),
    'services/forecast/src/warmest.ts': lines(
      "import type { components } from './api.gen.js'",
      '',
      "export const warmest = (days: components['schemas']['Day'][]): number => Math.max(...days.map(({ high }) => high))",
    ),
    'services/forecast/src/warmest.test.ts': lines(
      "import { expect, it } from 'vitest'",
      "import { warmest } from './warmest.js'",
      '',
      "it('finds the warmest day', () => expect(warmest([{ high: 3 }, { high: 7 }])).toBe(7))",
    ),
    'services/forecast/src/server.ts': lines("console.log('ready', process.env.WEATHER_API_KEY?.length ?? 0)"),
    'services/forecast/fixtures/package.json': json({ name: 'not-a-package', scripts: { test: 'exit 1' } }),
    'web/package.json': json({
      name: 'web',
      private: true,
      type: 'module',
      scripts: { bundle: 'vite build', eslint: 'oxlint src --fix' },
      devDependencies: { oxlint: '1.30.0', vite: '7.2.6' },
    }),
    'web/index.html': lines(
      '<!doctype html>',
      '<title>Weather</title>',
      '<script type="module" src="/src/main.js"></script>',
    ),
    'web/src/main.js': lines("document.title = 'Weather'"),
  },
  byHand: [
    'pnpm install --frozen-lockfile',
    'pnpm --filter forecast run generate',
    'pnpm --filter forecast run lint:check',
    'pnpm --filter web exec oxlint src',
    'pnpm --filter forecast run tsc',
    'pnpm --filter forecast run test:unit',
    'pnpm --filter web run bundle',
  ],
  broken: { 'web/src/main.js': lines("import './missing.js'", "document.title = 'Weather'") },
  brokenAt: 'Build',
}
