import { expect, test } from 'vitest'
import { readEnvironment } from './environment.ts'

const read = (env: Record<string, string | undefined>) => readEnvironment(env, '/work/place')

test('an empty environment is enough', () => {
  expect(read({})).toEqual({
    port: 4400,
    host: '127.0.0.1',
    home: '/work/place/.gantry',
    databaseUrl: null,
    clickhouseUrl: null,
    objects: null,
    publicUrl: null,
    githubUrl: 'https://github.com',
    hosts: [],
    trustedProxies: [],
    providers: { github: null, oidc: null },
    mail: null,
    syslog: null,
    withSample: true,
    project: 'sitebuilder',
    ownerName: 'owner',
    ownerEmail: null,
    logLevel: 'warn',
    sandbox: 'auto',
    jobUser: 'auto',
    role: 'all',
    runner: {
      isOwn: true,
      labels: expect.arrayContaining(['ubuntu-*', 'self-hosted']),
      jobsAtOnce: expect.any(Number),
      limits: expect.objectContaining({ processes: 8192 }),
    },
    serviceEnv: {},
    secretKey: undefined,
    lostSecretKeys: [],
    all: {},
  })
})

test('what is named is taken; a relative folder is below the place it was started in', () => {
  expect(
    read({
      PORT: '0',
      HOST: '0.0.0.0',
      GANTRY_HOME: 'data',
      DATABASE_URL: 'postgresql://u:p@db/x',
      CLICKHOUSE_URL: 'https://u:p@lines:8443/gantry',
      GANTRY_PUBLIC_URL: 'https://gantry.example.com/',
      GANTRY_HOSTS: 'gantry.internal, proxy',
      GANTRY_SAMPLE: 'off',
      GANTRY_PROJECT: 'shop-2',
      LOG_LEVEL: 'info',
      LEFT_OUT: undefined,
    }),
  ).toMatchObject({
    port: 0,
    host: '0.0.0.0',
    home: '/work/place/data',
    databaseUrl: 'postgresql://u:p@db/x',
    clickhouseUrl: 'https://u:p@lines:8443/gantry',
    publicUrl: 'https://gantry.example.com',
    hosts: ['gantry.internal', 'proxy'],
    withSample: false,
    project: 'shop-2',
    logLevel: 'info',
    all: expect.not.objectContaining({ LEFT_OUT: undefined }),
  })
})

test.each([
  [{ GANTRY_OWNER: 'Ana Lopez <ana@example.com>', USER: 'root' }, 'Ana Lopez', 'ana@example.com'],
  [{ GANTRY_OWNER: '<ana@example.com>' }, 'ana@example.com', 'ana@example.com'],
  [{ GANTRY_OWNER: 'Ana <at home>' }, 'Ana <at home>', null],
  [{ GANTRY_OWNER: '', USER: 'ana' }, 'ana', null],
  [{ LOGNAME: 'ana' }, 'ana', null],
])('%j is the owner %s with the address %s', (env, ownerName, ownerEmail) => {
  expect(read(env)).toMatchObject({ ownerName, ownerEmail })
})

test.each([
  [{ PORT: '65536' }, /PORT: .* got "65536"/],
  [{ PORT: '-1' }, /PORT/],
  [{ PORT: 'http' }, /PORT/],
  [{ PORT: '44.5' }, /PORT/],
  [{ GANTRY_PROJECT: 'My Shop' }, /GANTRY_PROJECT: .* got "My Shop"/],
  [{ GANTRY_PROJECT: '../up' }, /GANTRY_PROJECT/],
  [
    { DATABASE_URL: 'mysql://u:secret@db/x' },
    /^DATABASE_URL: expected postgres:\/\/user:password@host:port\/database$/,
  ],
])('%j is refused by name, and no secret is repeated', (env, message) => {
  expect(() => read(env)).toThrow(message)
})

test('configs read what is listed, and a listed name must be there', () => {
  expect(read({ GANTRY_SERVICE_ENV: 'A, B', A: '1', B: '2', C: '3' }).serviceEnv).toEqual({ A: '1', B: '2' })
  expect(() => read({ GANTRY_SERVICE_ENV: 'A' })).toThrow('expected A in the environment')
})

test('the sandbox is one of three', () => {
  expect(read({ GANTRY_SANDBOX: 'required' }).sandbox).toBe('required')
  expect(() => read({ GANTRY_SANDBOX: 'yes' })).toThrow('expected auto, required or off, got "yes"')
})
