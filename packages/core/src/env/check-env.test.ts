import { describe, expect, it } from 'vitest'
import { checkEnv } from './check-env.ts'
import { readEnvExample } from './env-example.ts'

type Facts = Parameters<typeof checkEnv>[0]

const check = (example: string, rest: Partial<Facts> = {}) => {
  const { variables, faults } = readEnvExample(example)
  const found = checkEnv({
    examplePath: '.env.example',
    variables,
    exampleFaults: faults,
    read: [],
    isMentioned: () => true,
    environments: [],
    trackedEnvFiles: [],
    ...rest,
  })
  return found.map(({ rule, severity, message }) => `${severity} ${rule}: ${message}`)
}
const has = (environment: string, names: Record<string, string | null>, source = `.env.${environment}`) => ({
  environment,
  source,
  names: new Map(Object.entries(names)),
})

const key = '# Key of the payments\n# @type=string @sensitive @required @in=staging,production\nKEY=\n'

describe('the environment check', () => {
  it('finds nothing where everything fits', () => {
    const environments = [has('staging', { KEY: 'one' }), has('production', { KEY: 'two' })]
    expect(check(key, { environments, read: [{ name: 'KEY', path: 'a.ts', line: 1 }] })).toEqual([])
  })

  it('names what is read and not declared, once', () => {
    const read = [1, 2].map(line => ({ name: 'OTHER', path: 'a.ts', line }))
    expect(check(key, { read })).toEqual(['error undeclared: OTHER is read here, but .env.example does not declare it'])
  })

  it('names what nothing reads, and what has no type or description', () => {
    expect(check('A=\n\n# words\nB=\n', { isMentioned: name => name === 'A' })).toEqual([
      'warning untyped: A has no type',
      'warning unread: nothing reads B',
      'warning untyped: B has no type',
    ])
    expect(check('# @type=url\nA=\n')).toEqual(['warning untyped: A has no description'])
  })

  it('names what an environment lacks, and what it has beyond', () => {
    const environments = [
      has('staging', { KEY: null, EXTRA: null }, 'GitHub'),
      has('production', {}),
      has('preview', {}),
    ]
    expect(check(key, { environments })).toEqual([
      'error missing: production (.env.production) has no KEY, which is required',
      'warning unknown: staging (GitHub) has EXTRA, which is not declared for it',
    ])
  })

  it('names a secret that two environments share, under whatever name', () => {
    const both = `${key}# Old name\n# @type=string @sensitive\nOLD_KEY=\n`
    const environments = [has('staging', { OLD_KEY: 'same', KEY: 'x' }), has('production', { KEY: 'same' })]
    expect(check(both, { environments })).toEqual([
      'error shared-secret: OLD_KEY of staging (.env.staging) and KEY of production (.env.production) are the same secret',
    ])
  })

  it('lets one environment hold a secret in two places, and plain values be equal', () => {
    const example = `${key}# Address\n# @type=url\nURL=\n`
    const environments = [
      has('staging', { KEY: 'a', URL: 'u' }),
      has('staging', { KEY: 'a' }, 'apps/web/.env.staging'),
      has('production', { KEY: 'b', URL: 'u' }),
    ]
    expect(check(example, { environments })).toEqual([])
  })

  it.each(['', '<token>', 'xxx', 'sk_test_xxxx', 'your-key-here', '${' + 'OTHER}', 'changeme', '[YOUR-KEY]'])(
    'takes "%s" as no secret',
    value => expect(check(`# words\n# @type=string @sensitive\nA=${value}\n`)).toEqual([]),
  )

  it.each([
    ['postgresql://postgres:postgres@127.0.0.1:54322/postgres', true],
    ['"redis://:secret@cache:6379"', true],
    ['postgres://localhost', true],
    ['postgres://app:s3cr3t@db.example.com:5432/app', false],
    ['postgres://app:s3cr3t@localhost.example.com/app', false],
    ['postgres://10.0.0.7/app', false],
  ])('takes an address of this machine, or of a container beside it, as no secret: %s', (value, isHarmless) => {
    const said = check(`# words\n# @type=url @sensitive\nDATABASE_URL=${value}\n`)
    expect(said.length === 0).toBe(isHarmless)
  })

  it('names a secret in the example, one that goes into the page, and a tracked .env', () => {
    expect(
      check('# words\n# @type=string @sensitive\nVITE_A=sk_live_4242\n', {
        trackedEnvFiles: [
          { path: '.env', secrets: ['VITE_A'] },
          { path: '.env.development', secrets: [] },
        ],
      }),
    ).toEqual([
      'error secret-in-browser: VITE_A is a secret, but names that begin like this are built into the page for everyone to read',
      'error secret-in-example: VITE_A is a secret and has a value here',
      'error env-file-tracked: .env is tracked by git and holds VITE_A',
    ])
  })

  it('passes on what could not be read', () => {
    expect(check('what\n')).toEqual(['error example-unreadable: expected NAME=value or a comment, got "what"'])
  })
})
