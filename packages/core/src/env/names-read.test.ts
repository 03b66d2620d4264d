import { describe, expect, it } from 'vitest'
import { namesRead } from './names-read.ts'

const names = (text: string, path = 'src/a.ts') => namesRead(text, path).map(({ name, line }) => `${name}:${line}`)

describe('names that code reads', () => {
  it.each([
    ['process.env.A', ['A:1']],
    ["x\nprocess.env['A'] ?? process.env[`B`]", ['A:2', 'B:2']],
    ['import.meta.env.VITE_A', ['VITE_A:1']],
    ['const { A, B: b = 1 } = process.env', ['A:1', 'B:1']],
    ["Deno.env.get('A')", ['A:1']],
    ['const { A, ...others } = process.env', ['A:1']],
    ['const {} = process.env', []],
    ["import { A, B as b } from '$env/static/private'\nimport { C } from './env'", ['A:1', 'B:1']],
    ['process.env[name]', []],
    ['process.env.NODE_ENV + process.env.CI + import.meta.env.DEV', []],
    ['// process.env.A\n * process.env.B\n', []],
    ['// gantry-ignore-file undeclared: samples\nprocess.env.A', []],
    ['// gantry-ignore-file undeclared:\nprocess.env.A', ['A:2']],
    ['my.process.environment.A', []],
    ["env('A')", []],
    ['fetch("https://x/" + process.env.A) // process.env.B', ['A:1']],
    ["Bun.env.A + Bun.env.get('B')", ['A:1', 'B:1']],
    ['process.env.PORT + process.env.VERCEL_URL + process.env.NEXT_RUNTIME', []],
    ["const routes = { tokenEnv: 'A' }", []],
  ])('%s', (text, expected) => expect(names(text)).toEqual(expected))

  it('in a workflow are its secrets and variables', () => {
    const text =
      'env:\n  A: ${' + '{ secrets.A }}\n  # ${' + '{ secrets.OLD }}\n  B: ${' + '{ vars.B || secrets.GITHUB_TOKEN }}\n'
    expect(names(text, '.github/workflows/ci.yml')).toEqual(['A:2', 'B:4'])
    expect(names(text, 'docs/secrets.A.ts')).toEqual([])
  })

  it('in a workflow and in the config are those of vendors too: there people set them, and not the vendor', () => {
    const vendors = ['FLY_API_TOKEN', 'VERCEL_TOKEN', 'RENDER_API_KEY']
    const text = vendors.map(name => `\${{ secrets.${name} }}`).join(' ')
    expect(names(text, '.github/workflows/deploy.yml')).toEqual(vendors.map(name => `${name}:1`))
    expect(names("fly({ tokenEnv: 'FLY_OTHER_TOKEN' })", 'gantry.config.ts')).toEqual(['FLY_OTHER_TOKEN:1'])
  })

  it("in gantry.config.ts are those of env('…')", () => {
    expect(names("project: env('SUPABASE_PROJECT_REF')", 'gantry.config.ts')).toEqual(['SUPABASE_PROJECT_REF:1'])
    expect(names(`routes: [{ "routingKeyEnv": "KEY" },\n{ webhookUrlEnv: 'HOOK' }]`, 'gantry.config.ts')).toEqual([
      'KEY:1',
      'HOOK:2',
    ])
  })

  it("in Prisma's files are those of env(…)", () => {
    expect(names('url = env("DATABASE_URL")', 'packages/db/prisma/schema.prisma')).toEqual(['DATABASE_URL:1'])
    expect(names("datasource: { url: env('DATABASE_URL') }", 'prisma.config.ts')).toEqual(['DATABASE_URL:1'])
  })
})
