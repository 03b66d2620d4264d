import { describe, expect, it } from 'vitest'
import { ownPath } from './own-path.ts'

const files = new Set(['apps/web/src/a.ts', 'src/a.ts', 'src/b c.ts', 'e2e/shop.spec.ts'])

describe('a path of a report', () => {
  it.each([
    ['/home/runner/work/shop/shop/apps/web/src/a.ts', '', 'apps/web/src/a.ts'],
    ['D:\\a\\shop\\apps\\web\\src\\a.ts', '', 'apps/web/src/a.ts'],
    ['file:///repo/src/b%20c.ts', '', 'src/b c.ts'],
    ['src/a.ts', 'apps/web', 'apps/web/src/a.ts'],
    ['src/a.ts', 'apps/web/reports', 'apps/web/src/a.ts'],
    ['src/a.ts', '', 'src/a.ts'],
    ['./src/a.ts', 'packages/other', 'src/a.ts'],
    ['../e2e/shop.spec.ts', 'tools', 'e2e/shop.spec.ts'],
    ['/elsewhere/dist/out.js', '', null],
    ['file://%zz', '', null],
    ['', '', null],
  ])('%s, in a report of "%s", is %s', (written, from, expected) => {
    expect(ownPath(written, files, from)).toBe(expected)
  })
})
