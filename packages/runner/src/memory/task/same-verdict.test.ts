import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { change, ci, monorepo, type Package, type Place } from '../testing/monorepo.ts'

/** Numbers that are the same in every run with the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
}

const count = 5
const names = Array.from({ length: count }, (_, nth) => `p${nth}`)

/**
 * Packages that use one another, declared and not: `build` joins sources with what dependencies built, `test` fails when any
 * of it is bad, `lint` reads a setting of the root.
 */
function packages(next: (below: number) => number): Record<string, Package> {
  return Object.fromEntries(
    names.map((name, nth): [string, Package] => {
      const needs = names.slice(0, nth).filter(() => next(3) === 0)
      const beside = nth > 0 && next(2) === 0 ? `../p${next(nth)}/src` : 'src'
      const built = needs.map(need => `node_modules/@x/${need}/dist/out`).join(' ')
      const scripts = {
        lint: `cat ../../rules.txt src/*; ! grep -q ugly src/* ../../rules.txt`,
        build: `mkdir -p dist && cat src/* ${built} > dist/out && pwd > dist/where && wc -c < dist/out`,
        test: `cat dist/out ${beside}/*; ! grep -q bad dist/out ${beside}/*`,
      }
      return [name, { scripts, needs: needs.map(need => `@x/${need}`), files: { 'src/a.txt': `${name}\n` } }]
    }),
  )
}

/** Ways to the sources of another package that its name, and `..`, stand nowhere in. */
const ways: ((nth: number) => string)[] = [
  nth => `"$(dirname "$PWD")"/?${nth}/src/*`,
  nth => `$(echo ${Buffer.from(`../p${nth}/src/a.txt`).toString('base64')} | base64 -d)`,
  nth => `$(node -p "process.cwd().replace(/p.$/, 'p' + ${nth}) + '/src/a.txt'")`,
  nth => `$(find "$(cd /; cd "$OLDPWD" && cd $(printf '\\\\056\\\\056') && pwd)" -path "*${nth}/src/*.txt")`,
]

/** Packages that test the sources of one another, each found in one of these ways. */
function hidden(next: (below: number) => number): Record<string, Package> {
  return Object.fromEntries(
    names.map((name): [string, Package] => {
      const read = ways[next(ways.length)]?.(next(count)) ?? ''
      return [name, { scripts: { test: `cat ${read}; ! grep -q bad ${read}` }, files: { 'src/a.txt': 'good\n' } }]
    }),
  )
}

function edit(place: Place, next: (below: number) => number): void {
  const name = names[next(count)]
  const words = ['good', 'fine', 'bad', 'ugly', 'fair']
  const text = `${words[next(words.length)]} ${next(3)}\n`
  const path = `packages/${name}/src/${['a', 'b'][next(2)]}.txt`
  const kind = next(8)
  if (kind === 0) change(place, 'rules.txt', text)
  else if (kind === 1) rmSync(join(place.dir, `packages/${name}/src/b.txt`), { force: true })
  else change(place, path, text)
}

const steps = [
  'pnpm -r --no-bail run lint',
  'pnpm -r --no-bail run build',
  'pnpm -r --no-bail run test',
  'for each in packages/*; do echo $each; cat $each/dist/out; sed "s,.*/work/,," $each/dist/where; done',
]

/** What a job did, without what differs in each and what is said of the memory. */
async function outcome(place: Place, isFresh: boolean, guessesReads: boolean, scripts: string | string[] = steps) {
  const { job, lines, said } = await ci(place, scripts, { guessesReads }, { when: 'always()', hasMemory: !isFresh })
  const shown = lines
    .filter(line => !/^(runs|restored|not remembered): |tasks restored$|^Done in /.test(line))
    .map(line => line.replace(/\/\S*\/jobs\/a-\w+|\/\S*\/work\/a-\w+/g, ''))
    .sort()
  const steady = job?.steps.map(({ name, conclusion }) => [name, conclusion])
  return { seen: { conclusion: job?.conclusion, steady, shown }, said }
}

describe('after any edits', () => {
  it('a job with restored scripts ends and says as one that runs them all, by a guess where texts show what is read', async () => {
    const next = numbers(1)
    const place = monorepo(packages(next), { 'rules.txt': 'rules\n' })
    let hits = 0
    for (let round = 0; round < 6; round++) {
      const remembered = await outcome(place, false, true)
      expect(remembered.seen).toEqual((await outcome(place, true, true)).seen)
      hits += Object.values(remembered.said).filter(said => said === 'restored').length
      for (let edits = next(2); edits >= 0; edits--) edit(place, next)
    }
    expect(hits).toBeGreaterThan(5)
  }, 600_000)

  it.each([2, 3])(
    'and without a guess whatever way scripts find their files (seed %s)',
    async seed => {
      const next = numbers(seed)
      const place = monorepo(hidden(next))
      let hits = 0
      for (let round = 0; round < 8; round++) {
        const remembered = await outcome(place, false, false, 'pnpm -r --no-bail run test')
        expect(remembered.seen).toEqual((await outcome(place, true, false, 'pnpm -r --no-bail run test')).seen)
        hits += Object.values(remembered.said).filter(said => said === 'restored').length
        // Every other time nothing: what succeeded in a job that failed is restored then.
        const word = ['good', 'bad', 'bad', 'fine'][next(4)]
        if (round % 2 === 1) change(place, `packages/p${next(count)}/src/a.txt`, `${word}\n`)
      }
      expect(hits).toBeGreaterThan(2)
    },
    600_000,
  )
})
