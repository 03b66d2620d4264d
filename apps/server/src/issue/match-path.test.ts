import { expect, test } from 'vitest'
import { matchPath } from './match-path.ts'

const paths = [
  'README.md',
  'main.ts',
  'apps/backend/src/api.ts',
  'apps/backend/src/routes.ts',
  'apps/builder/src/api.ts',
  'packages/site/src/slug.ts',
]

test.each([
  ['where the artifact was unpacked', '/srv/production/backend/src/api.ts', null, 'apps/backend/src/api.ts'],
  ['a bundler that names its sources', 'webpack:///./src/routes.ts', null, 'apps/backend/src/routes.ts'],
  ['Windows', 'C:\\app\\backend\\src\\api.ts', null, 'apps/backend/src/api.ts'],
  ['a query behind it', 'http://localhost/assets/src/slug.ts?v=2', null, 'packages/site/src/slug.ts'],
  ['two of the same end, one of the service', '../src/api.ts', 'apps/builder', 'apps/builder/src/api.ts'],
  ['a file of the root', '/srv/app/main.ts', null, 'main.ts'],
  ['only a name, in the folder of the service', '/srv/dist/slug.ts', 'packages/site', 'packages/site/src/slug.ts'],
])('%s: %s', (_, file, within, path) => {
  expect(matchPath(file, paths, within)).toBe(path)
})

test.each([
  ['several fit', '/srv/src/api.ts', null],
  ['none has that name', '/srv/src/other.ts', null],
  ['the end of a name is not a name', '/srv/src/pi.ts', null],
  ['only the name fits, and no service says where', '/srv/dist/slug.ts', null],
  ['nothing', '', null],
  ['a native frame', 'native', null],
])('%s: %s', (_, file, within) => {
  expect(matchPath(file, paths, within)).toBeNull()
})
