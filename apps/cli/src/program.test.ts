import { catalogue } from '@gantry/core'
import { expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { nodeTooOld } from './node-version.ts'
import { typed } from './testing/test-host.ts'
import { testServer } from './testing/test-server.ts'

it('lists every command under its heading, also without any word', async () => {
  const { code, out } = await typed(['--help'])
  expect(code).toBe(0)
  expect(out).toContain('On this machine:')
  expect(out).toMatch(/rollback +put the last good release back/)
  expect((await typed([])).out).toBe(out)
})

it('shows the page of one command with its example', async () => {
  const page = await typed(['rollback', '--help'])
  expect(page.code).toBe(0)
  expect(page.out).toContain('$ gantry rollback --dry-run')
  expect((await typed(['help', 'rollback'])).out).toBe(page.out)
})

it('prints its version', async () => {
  expect(await typed(['--version'])).toMatchObject({ code: 0, out: `${manifest.version}\n` })
})

it('names the nearest command, once, with what to type', async () => {
  const { code, out, err } = await typed(['stauts'])
  expect(code).toBe(2)
  expect(out).toBe('')
  expect(err).toBe("error BAD_REQUEST  unknown command 'stauts' (Did you mean status?)\nhint: See `gantry --help`.\n")
})

it('says what to type when the act was left out', async () => {
  const { code, err } = await typed(['runs', 'ci.yml#2'])
  expect(code).toBe(2)
  expect(err).toBe('error BAD_REQUEST  "ci.yml#2" is none of list, show, log\nhint: Try `gantry runs show ci.yml#2`.\n')
})

it('names the nearest option of the command that was meant', async () => {
  const { code, err } = await typed(['ci', '--jbo', 'x'])
  expect(code).toBe(2)
  expect(err).toContain("unknown option '--jbo' (Did you mean --job?)")
  expect(err).toContain('hint: See `gantry ci --help`.')
})

it('answers a wrong call as JSON when that was asked for', async () => {
  const { code, out, err } = await typed(['issues', 'shwo', '--json'])
  expect(code).toBe(2)
  expect(err).toBe('')
  expect(JSON.parse(out).error).toMatchObject({ code: 'BAD_REQUEST', hint: 'See `gantry issues --help`.', facts: {} })
})

it('exits as the catalogue says when the server refuses', async () => {
  const { env } = await testServer()
  expect((await typed(['status'], { env })).code).toBe(catalogue.NOT_FOUND.exit)
})

it('says that what nobody expected is a bug, with where it came from', async () => {
  const server = await testServer({
    'GET /api/v1/projects/shop/releases': () => ({ nonsense: true }),
    'GET /api/v1/projects/shop/line': () => ({}),
  })
  const { code, err } = await typed(['releases'], { env: server.env })
  expect(code).toBe(3)
  expect(err).toContain('error INTERNAL')
  expect(err).toContain('of the same version?')
  expect(err).toContain('This is a bug in Gantry')
})

it('keeps the words for an old Node equal to the catalogue, which an old Node cannot read', () => {
  expect(nodeTooOld('20.0.0')?.hint).toBe(catalogue.NODE_TOO_OLD.hint)
})
