import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'

const sha = '3d3c42e5aac5ba805825da76410c181273ba90b1'
const clean = `name: ci
on: pull_request
permissions: { contents: read }
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@${sha} # v7.0.1
        with: { persist-credentials: false }
      - run: pnpm test
`
const injected = clean.replace('pnpm test', 'echo "${{ github.head_ref }}"')

function repositoryWith(files: Record<string, string>): string {
  const top = tempFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true })
    writeFileSync(join(top, path), text)
  }
  return top
}

const ci = '.github/workflows/ci.yml'

it('says that there is nothing, and exits 0', async () => {
  const { code, out } = await typed(['lint'], { cwd: repositoryWith({ [ci]: clean }) })
  expect([code, out]).toEqual([0, 'nothing wrong in 1 file\n'])
})

it('shows the line, points at the place, says what to do, and exits 1', async () => {
  const { code, out } = await typed(['lint'], { cwd: repositoryWith({ [ci]: injected }) })
  expect(code).toBe(1)
  expect(
    out,
  ).toBe(`${ci}:11:20 error expected a script without text from outside, got \${{ github.head_ref }} template-injection
  11 │       - run: echo "\${{ github.head_ref }}"
     │                    ^^^^^^^^^^^^^^^^^^^^^^
     └ Hand it over in \`env:\` and use the variable, in quotes. (--fix does)

1 error in 1 file
`)
})

it('mends with --fix what is certain, so that the next run finds nothing', async () => {
  const cwd = repositoryWith({ [ci]: injected })
  expect(await typed(['lint', '--fix'], { cwd })).toMatchObject({ code: 0, out: 'mended 1; nothing wrong in 1 file\n' })
  expect(readFileSync(join(cwd, ci), 'utf8')).toBe(
    clean.replace(
      'run: pnpm test',
      'env:\n          OUTSIDE_HEAD_REF: ${{ github.head_ref }}\n        run: echo "${OUTSIDE_HEAD_REF}"',
    ),
  )
  expect(await typed(['lint'], { cwd })).toMatchObject({ code: 0 })
})

it('leaves the files alone without --fix', async () => {
  const cwd = repositoryWith({ [ci]: injected })
  await typed(['lint'], { cwd })
  expect(readFileSync(join(cwd, ci), 'utf8')).toBe(injected)
})

it('keeps Windows line ends, the mark of order, the rights and the link of a file it mends', async () => {
  const text = `\uFEFF${injected}`.replaceAll('\n', '\r\n')
  const cwd = repositoryWith({ 'real.yml': text, '.github/workflows/other.yml': clean })
  chmodSync(join(cwd, 'real.yml'), 0o640)
  symlinkSync('../../real.yml', join(cwd, ci))
  expect(await typed(['lint', '--fix', ci], { cwd })).toMatchObject({ code: 0 })
  const mended = readFileSync(join(cwd, 'real.yml'), 'utf8')
  expect(mended).toContain('OUTSIDE_HEAD_REF: ${{ github.head_ref }}\r\n')
  expect(mended.replaceAll('\r\n', '')).not.toContain('\n')
  expect(mended.startsWith('\uFEFFname: ci')).toBe(true)
  expect(statSync(join(cwd, 'real.yml')).mode & 0o777).toBe(0o640)
  expect(lstatSync(join(cwd, ci)).isSymbolicLink()).toBe(true)
  expect(readdirSync(cwd).toSorted()).toEqual(['.github', 'real.yml'])
})

it('says where a file is not UTF-8, checks it, and leaves every byte of it alone', async () => {
  const cwd = repositoryWith({ [ci]: '' })
  const bytes = Buffer.concat([Buffer.from('# caf'), Buffer.from([0xe9]), Buffer.from(`\n${injected}`)])
  writeFileSync(join(cwd, ci), bytes)
  const { out } = await typed(['lint', '--fix', '--json'], { cwd })
  expect(JSON.parse(out).findings).toMatchObject([
    { rule: 'encoding', line: 1, column: 6, message: 'expected a file in UTF-8, got the byte 0xE9' },
    { rule: 'template-injection' },
  ])
  expect(readFileSync(join(cwd, ci)).equals(bytes)).toBe(true)
})

it('pins a tag that moves only when asked, and says how', async () => {
  const cwd = repositoryWith({ [ci]: clean.replace(`@${sha} # v7.0.1`, '@v4') })
  const { out } = await typed(['lint', '--fix'], { cwd })
  expect(out).toContain('(--fix --pin-tags does)')
  expect(await typed(['lint', '--fix', '--pin-tags'], { cwd })).toMatchObject({
    out: expect.stringMatching(/^mended 1/),
  })
  expect(readFileSync(join(cwd, ci), 'utf8')).toMatch(/checkout@[0-9a-f]{40} # v4\.\d\.\d\n/)
})

it('takes what gantry.config.ts decides, and refuses a rule that is none', async () => {
  const service = "{ path: 'packages/a', deploy: { provider: 'local', kind: 'static' } }"
  const config = (lint: string) =>
    `export default { project: 'shop', services: { a: ${service} }, environments: { staging: { on: 'main' } }, lint: ${lint} }\n`
  const cwd = repositoryWith({
    [ci]: clean.replace(`actions/checkout@${sha} # v7.0.1`, 'acme/checkout@v2').replace('    timeout-minutes: 5\n', ''),
    'gantry.config.ts': config(`{ rules: { 'missing-timeout': 'error' }, trustedActions: ['acme/*'] }`),
  })
  const { code, out } = await typed(['lint', '--json'], { cwd })
  expect([code, JSON.parse(out).findings.map(({ rule }: { rule: string }) => rule)]).toEqual([1, ['missing-timeout']])
  writeFileSync(join(cwd, 'gantry.config.ts'), config(`{ rules: { 'missing-timeouts': 'off' } }`))
  expect(await typed(['lint'], { cwd })).toMatchObject({
    code: 2,
    err: expect.stringContaining(
      'lint.rules.missing-timeouts: expected a rule of gantry lint, got "missing-timeouts"; did',
    ),
  })
  writeFileSync(join(cwd, 'gantry.config.ts'), 'export default {')
  expect(await typed(['lint'], { cwd })).toMatchObject({ err: expect.stringContaining('the rules are as they come') })
})

it('exits 0 for notes, and 1 with --strict', async () => {
  const cwd = repositoryWith({ [ci]: clean.replace('    timeout-minutes: 5\n', '') })
  expect(await typed(['lint'], { cwd })).toMatchObject({ code: 0, out: expect.stringContaining('1 note in 1 file') })
  expect(await typed(['lint', '--strict'], { cwd })).toMatchObject({ code: 1 })
})

it('says what GitHub refuses, with line, column and what was expected', async () => {
  const cwd = repositoryWith({
    [ci]: clean.replace('runs-on:', 'runs_on:'),
    '.github/workflows/broken.yml': 'on: [push\n',
  })
  const { code, out } = await typed(['lint', '--json'], { cwd })
  const { findings } = JSON.parse(out)
  expect(code).toBe(1)
  expect(findings.filter(({ rule }: { rule: string }) => rule === 'valid').length).toBeGreaterThan(2)
  expect(findings).toContainEqual(
    expect.objectContaining({
      path: ci,
      line: 6,
      column: 5,
      message: expect.stringMatching(/^expected .*did you mean "runs-on"/),
    }),
  )
})

it('speaks SARIF with places and rules that are described', async () => {
  const { out } = await typed(['lint', '--sarif'], { cwd: repositoryWith({ [ci]: injected }) })
  const [run] = JSON.parse(out).runs
  const [result] = run.results
  expect(result.locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: ci },
    region: { startLine: 11, startColumn: 20, endLine: 11, endColumn: 42 },
  })
  expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toContain(result.ruleId)
})

it('prints annotations whose text cannot end the command', async () => {
  const { out } = await typed(['lint', '--github'], { cwd: repositoryWith({ [ci]: injected }) })
  expect(out).toBe(
    `::error file=${ci},line=11,endLine=11,col=20,endColumn=42,title=template-injection::expected a script without text from outside, got \${{ github.head_ref }}%0AHand it over in \`env:\` and use the variable, in quotes.\n`,
  )
})

it('checks the files that are named, a folder with its own package.json, and actions', async () => {
  const files = {
    'sample/.github/workflows/a.yml': clean.replace(
      '- run: pnpm test',
      '- uses: pnpm/action-setup@v4\n        with: { version: 9 }',
    ),
    'sample/package.json': '{ "packageManager": "pnpm@10.1.0" }',
    'package.json': '{ "packageManager": "pnpm@9.1.0" }',
    'action.yml': 'name: x\ndescription: x\nruns: { using: node16, main: x.js }\n',
    '.git/HEAD': '',
  }
  const cwd = repositoryWith(files)
  const rulesIn = async (...words: string[]) => {
    const { out } = await typed(['lint', '--json', ...words], { cwd })
    return JSON.parse(out).findings.map(({ path, rule }: Record<string, string>) => `${path} ${rule}`)
  }
  expect(await rulesIn()).toEqual(['action.yml deprecated-action'])
  expect(await rulesIn('sample')).toContain('sample/.github/workflows/a.yml pnpm-version-disagrees')
})

it('pins what a table of your own knows, and refuses one that is none', async () => {
  const uses = `- uses: actions/checkout@${sha} # v7.0.1`
  const commit = 'a'.repeat(40)
  const cwd = repositoryWith({
    [ci]: clean.replace(uses, '- uses: acme/checkout@v2'),
    'pins.json': JSON.stringify({ 'acme/checkout': { 'v2.1.0': commit } }),
    'wrong.json': JSON.stringify({ 'acme/checkout': { 'v2.1.0': 'main' } }),
  })
  expect(await typed(['lint', '--fix', '--pins', 'pins.json'], { cwd })).toMatchObject({ code: 0 })
  expect(readFileSync(join(cwd, ci), 'utf8')).toBe(clean.replace(uses, `- uses: acme/checkout@${commit} # v2.1.0`))
  for (const file of ['wrong.json', 'gone.json', ci]) {
    expect(await typed(['lint', '--pins', file], { cwd })).toMatchObject({ code: 2 })
  }
})

it('is called wrongly without files, with a missing one, and with two formats', async () => {
  const cwd = repositoryWith({ 'README.md': '' })
  for (const words of [[], ['gone.yml'], ['--json', '--sarif']]) {
    expect(await typed(['lint', ...words], { cwd })).toMatchObject({ code: 2 })
  }
})
