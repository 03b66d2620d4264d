import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import type { FileCoverageData } from 'istanbul-lib-coverage'
import { afterAll, describe, expect, it } from 'vitest'
import { readReport } from '../read-report.ts'
import { reportCoverage } from './coverage-report.ts'
import { mergeCoverage } from './merge-coverage.ts'

const fixtures = new URL('../../fixtures/', import.meta.url)
const fixture = (name: string) => coverageIn(readFileSync(new URL(name, fixtures), 'utf8'), name)

describe('merging', () => {
  it('re-roots paths of other machines, and names what is not of this repository', () => {
    const parts = [...fixture('coverage-v8.json'), ...fixture('coverage-jest.json')]
    const { map, foreign } = mergeCoverage(parts, new Set(['unit/src/price.ts']))
    expect(map.files()).toEqual(['unit/src/price.ts'])
    expect(foreign).toEqual(['/repo/jesty/sum.js'])
  })

  it('adds hits wherever a run was cut into shards, as if it had been one', () => {
    const shape = { statements: 6, functions: 3, branches: 2, arms: 2 }
    const hits = fc.record({
      s: fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }),
      f: fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }),
      b: fc.array(fc.array(fc.nat(3), { minLength: 2, maxLength: 2 }), { minLength: 2, maxLength: 2 }),
    })
    fc.assert(
      fc.property(fc.array(hits, { minLength: 1, maxLength: 6 }), shards => {
        const { map } = mergeCoverage(shards.map(fileWith), new Set(['src/a.ts']))
        const { s, f, b } = map.fileCoverageFor('src/a.ts').data
        const sum = (of: (shard: (typeof shards)[number]) => number | undefined) =>
          shards.reduce((total, shard) => total + (of(shard) ?? 0), 0)
        for (let at = 0; at < shape.statements; at++) expect(s[at]).toBe(sum(shard => shard.s[at]))
        for (let at = 0; at < shape.functions; at++) expect(f[at]).toBe(sum(shard => shard.f[at]))
        for (let at = 0; at < shape.branches; at++)
          for (let arm = 0; arm < shape.arms; arm++) expect(b[at]?.[arm]).toBe(sum(shard => shard.b[at]?.[arm]))
      }),
    )
  })

  it('leaves what it was given as it was', () => {
    const parts = fixture('coverage-v8.json')
    const before = JSON.stringify(parts)
    mergeCoverage([...parts, ...parts], new Set(['unit/src/price.ts']))
    expect(JSON.stringify(parts)).toBe(before)
  })
})

describe('the real Vitest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-shards-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('cut into three shards covers what one run covers', async () => {
    cpSync(new URL('shards', fixtures), folder, { recursive: true })
    symlinkSync(new URL('../../../../node_modules', import.meta.url), join(folder, 'node_modules'))
    const files = new Set(['src/price.ts', 'src/label.ts'])
    const whole = mergeCoverage(await coverageOf(folder, 'whole'), files)
    const parts = []
    for (const shard of ['1/3', '2/3', '3/3']) parts.push(...(await coverageOf(folder, `s${shard[0]}`, shard)))
    const report = (merged: typeof whole) => reportCoverage(merged.map, [], { overall: {}, packages: {} }, null)
    expect(parts.length).toBeGreaterThan(3)
    expect(report(mergeCoverage(parts, files))).toEqual(report(whole))
    expect(report(whole).overall.lines.covered).toBeGreaterThan(3)
  })
})

async function coverageOf(folder: string, name: string, shard?: string): Promise<FileCoverageData[]> {
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
  const options = ['--coverage.enabled', '--coverage.include=src/{price,label}.ts', '--coverage.reporter=json']
  const args = [vitest, 'run', '--root', folder, ...options, `--coverage.reportsDirectory=${name}`]
  await promisify(execFile)(process.execPath, [...args, ...(shard ? [`--shard=${shard}`] : [])], { cwd: folder })
  const file = join(folder, name, 'coverage-final.json')
  return coverageIn(readFileSync(file, 'utf8'), file)
}

/** Six statements on a line each, three functions around them, two branches of two arms. */
function fileWith(hits: { s: number[]; f: number[]; b: number[][] }): FileCoverageData {
  const at = (line: number) => ({ start: { line, column: 0 }, end: { line, column: 20 } })
  const arm = (line: number, column: number) => ({ start: { line, column }, end: { line, column: column + 4 } })
  return {
    path: '/ci/shop/src/a.ts',
    statementMap: Object.fromEntries(hits.s.map((_, index) => [index, at(index + 1)])),
    fnMap: Object.fromEntries(
      hits.f.map((_, index) => [
        index,
        { name: `f${index}`, decl: at(index + 10), loc: at(index + 10), line: index + 10 },
      ]),
    ),
    branchMap: Object.fromEntries(
      hits.b.map((_, index) => [
        index,
        { type: 'if', line: index + 20, loc: at(index + 20), locations: [arm(index + 20, 0), arm(index + 20, 8)] },
      ]),
    ),
    s: Object.fromEntries(hits.s.entries()),
    f: Object.fromEntries(hits.f.entries()),
    b: Object.fromEntries(hits.b.entries()),
  }
}

function coverageIn(text: string, name: string): FileCoverageData[] {
  const file = readReport(text, name)
  return file.kind === 'coverage' ? file.files : []
}
