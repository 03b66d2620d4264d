import { describe, expect, it } from 'vitest'
import { delegationOf, readScript, rewriteScript } from './read-script.ts'

describe('readScript', () => {
  it.each(['echo "Error: no test specified" && exit 1', 'echo nothing', 'exit 0', '', 'true'])(
    'takes %j for one that checks nothing',
    text => {
      expect(readScript(text).isPlaceholder).toBe(true)
    },
  )

  it.each(['vitest --watch', 'jest --watchAll', 'vitest watch', 'tsc -w', 'node --test --watch', 'nodemon x'])(
    'knows that %j waits',
    text => expect(readScript(text).watches).toBe(true),
  )

  // A bare vitest, and the test script of Create React App, end by themselves where CI=true is set: in every run.
  it.each(['vitest', 'vitest run', 'jest', 'jest --watch=false', 'react-scripts test', 'jest --watchAll=false'])(
    'knows that %j ends in a run',
    text => expect(readScript(text).watches).toBe(false),
  )

  it.each(['eslint . --fix', 'prettier --write .', 'biome check --write', 'biome lint --apply .', 'stylelint --fix a'])(
    'knows that %j writes',
    text => expect(readScript(text).writes).toBe(true),
  )

  it.each(['eslint . --fix-dry-run', 'eslint .', 'prettier --check .', 'biome ci'])(
    'knows that %j only reads',
    text => {
      expect(readScript(text).writes).toBe(false)
    },
  )

  it('knows what opens a browser', () => {
    expect(readScript('playwright test --ui').isEndToEnd).toBe(true)
    expect(readScript('cypress run').isEndToEnd).toBe(true)
    expect(readScript('vitest run').isEndToEnd).toBe(false)
  })
})

describe('rewriteScript', () => {
  it.each([
    ['eslint . --fix && prettier --write .', ['eslint .', 'prettier --check .']],
    ['eslint --fix --max-warnings 0 "src/**/*.ts"', ['eslint --max-warnings 0 "src/**/*.ts"']],
    ['biome check --write --unsafe .', ['biome check .']],
    ['jest --watch --coverage', ['jest --coverage']],
    ['vitest watch src', ['vitest run src']],
    ['vitest --watch', ['vitest run']],
    ['tsc -w --noEmit', ['tsc --noEmit']],
    ['node --test --watch', ['node --test']],
  ])('makes %j judge and end', (text, expected) => {
    expect(rewriteScript(text)).toEqual(expected)
  })

  it.each([
    'pnpm run lint:js --fix',
    'npm run a && eslint --fix',
    'NODE_ENV=test eslint --fix',
    'eslint --fix | tee log',
    'eslint --fix; exit 0',
    'eslint $FILES --fix',
    'jest --watch & node server.js',
    'cd src && eslint --fix',
    'eslint ${{ github.head_ref }} --fix',
  ])('leaves %j to itself, because its text does not say what it does', text => {
    expect(rewriteScript(text)).toBeUndefined()
  })
})

describe('delegationOf', () => {
  it.each([
    ['pnpm -r lint', 'pnpm', 'lint'],
    ['pnpm -r run lint', 'pnpm', 'lint'],
    ['pnpm --recursive --if-present --parallel run check-types', 'pnpm', 'check-types'],
    ['turbo lint', 'turbo', 'lint'],
    ['turbo run test --concurrency=2', 'turbo', 'test'],
  ] as const)('sees what %j hands on', (text, by, task) => {
    expect(delegationOf(text)).toEqual({ by, task })
  })

  it.each([
    'eslint .',
    'pnpm lint',
    'pnpm --filter a run lint',
    'turbo run a b',
    'turbo run a --filter=b',
    'turbo watch a',
  ])('leaves %j whole', text => expect(delegationOf(text)).toBeUndefined())
})
