import { expect, test } from 'vitest'
import { machineEnvironment } from './machine-environment.ts'

test('passes on how the network is reached, to programs of Node as well', () => {
  const env = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '127.0.0.1', NODE_USE_ENV_PROXY: '1' }
  expect(machineEnvironment({ ...env, NODE_OPTIONS: '--inspect' })).toEqual(env)
})

test('passes nothing on to steps that they do not need', () => {
  const env = {
    PATH: '/bin',
    HOME: '/h',
    GANTRY_TOKEN: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    npm_config_registry: 'r',
    pnpm_config_store_dir: '/s',
    EMPTY: undefined,
  }
  expect(machineEnvironment(env)).toEqual({
    PATH: '/bin',
    HOME: '/h',
    npm_config_registry: 'r',
    pnpm_config_store_dir: '/s',
  })
})
