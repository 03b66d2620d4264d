import { describe, expect, it } from 'vitest'
import { described, factsOf } from './testing/repository-of.ts'

const root = (more: object) => ({ 'package.json': { name: 'sample', ...more } })
const pnpm = (version: string) => root({ packageManager: `pnpm@${version}` })
const engine = (dir: string, node: string) => ({ [`${dir}/package.json`]: { name: dir, engines: { node } } })

describe('the pnpm of a workflow', () => {
  it.each([
    ['9.15.9', pnpm('9.15.9')],
    ['8.6.0', pnpm('8.6.0+sha512.abcdef')],
    ['10.34.9', root({ engines: { pnpm: '^10.0.0' } })],
    ['9.1.0', root({ engines: { pnpm: '9.1.0' } })],
    ['11.28.11', root({ devEngines: { packageManager: { name: 'pnpm', version: '11.x' } } })],
    ['8.15.9', { 'pnpm-lock.yaml': "lockfileVersion: '6.0'" }],
    ['7.33.7', { 'pnpm-lock.yaml': 'lockfileVersion: 5.4' }],
    ['10.34.9', { 'pnpm-lock.yaml': "lockfileVersion: '9.0'" }],
    ['12.21.0', { 'pnpm-workspace.yaml': 'allowBuilds: { esbuild: true }' }],
  ])('is %s for %j', (version, files) => {
    expect(factsOf(files).pnpm.version).toBe(version)
  })

  it('is the one that installed here, when none is pinned', () => {
    expect(factsOf({}, { pnpmHere: '9.4.0' }).pnpm.version).toBe('9.4.0')
  })
})

describe('the Node of a workflow', () => {
  it.each([
    ['24', {}],
    ['22', { '.nvmrc': 'v22' }],
    ['22.11.0', { '.node-version': '22.11.0' }],
    ['20', { '.nvmrc': 'lts/iron' }],
    ['20.18.1', { '.tool-versions': 'ruby 3.3\nnodejs 20.18.1' }],
    ['22', { 'mise.toml': '[tools]\nnode = "22"' }],
    ['20.11.1', root({ volta: { node: '20.11.1' } })],
    ['22', root({ engines: { node: '>=20 <24' } })],
    ['20', engine('apps/a', '^20.9.0')],
    ['18', pnpm('8.1.0')],
  ])('is %s for %j', (version, files) => {
    expect(factsOf(files).node.version).toBe(version)
  })

  it('is not the one a file names when the pinned pnpm cannot run on it, and says so', () => {
    const facts = factsOf({ ...pnpm('11.28.11'), '.nvmrc': '20' })
    expect(facts.node.version).toBe('24')
    expect(facts.notes).toContain('Node 20 (.nvmrc) does not fit pnpm 11.28.11 (>=22.13)')
  })

  it('is not the one a file names when a package refuses it', () => {
    const facts = factsOf({ '.nvmrc': '18', ...engine('apps/a', '>=22') })
    expect(facts.node.version).toBe('24')
    expect(facts.notes).toContain('Node 18 (.nvmrc) does not fit apps/a (>=22)')
  })

  it('is what pnpm needs when nothing fits everything, and says who is left behind', () => {
    const facts = factsOf({ ...pnpm('11.28.11'), ...engine('apps/a', '18.x') })
    expect(facts.node.version).toBe('24')
    expect(facts.notes).toContain('no Node fits everything; 24.21.0 does not fit apps/a (18.x)')
  })
})

it('refuses another package manager, by its pin or its lockfile, and names the way over', () => {
  for (const files of [
    { 'package.json': { packageManager: 'yarn@4.1.0' } },
    { 'package.json': {}, 'yarn.lock': '' },
    { 'package.json': {}, 'package-lock.json': '{}' },
    { 'package.json': {}, 'bun.lock': '' },
  ]) {
    expect(described(files)).toMatchObject({
      reason: expect.stringMatching(/^expected a pnpm repository, got one of (yarn|npm|bun) /),
      hint: expect.stringContaining('pnpm import'),
    })
  }
  // A leftover beside pnpm's own lockfile is no reason.
  expect(described({ 'package.json': {}, 'pnpm-lock.yaml': '', 'package-lock.json': '{}' })).toHaveProperty('pnpm')
})
