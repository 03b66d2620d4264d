import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { findViewer } from '../task/view/viewer.ts'
import { runScripts, type ScriptRun, type TestPackage, type TestTree } from './job-files.ts'

/** Numbers below `below` that are the same in every run with the same seed. */
type Numbers = (below: number) => number

/** SplitMix32: https://doi.org/10.1145/2714064.2660195 */
function numbersOf(seed: number): Numbers {
  let state = seed | 0
  return below => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below
  }
}

const packageCount = 5
const names = Array.from({ length: packageCount }, (_, nth) => `p${nth}`)
const own = ['src/a.txt', 'src/deep/b.txt', 'top.txt']
const rootFiles = ['rules.txt', 'tools/check.txt', 'packages/beside.txt']
const words = ['good', 'fine', 'bad', 'fair', 'worse']

/** How a script comes to what is in a file, from the folder of its package: `path` leads there, `nth` is the package's number. */
const means: ((path: string, nth: number, next: Numbers) => string)[] = [
  path => `cat ${path}`,
  path => `cat "$(printf %s ${Buffer.from(path).toString('base64')} | base64 -d)"`,
  path => `cat ${path.replace(/[a-z](?=\.txt)/, '?').replace(/p(\d)/, '[a-z]$1')}`,
  path => `(cd .. && cat ${path.replace(/^\.\.\//, '')})`,
  path => `while read -r line || [ -n "$line" ]; do echo "$line"; done <${path}`,
  path => `if [ -e ${path} ]; then echo there; else echo nothing; fi`,
  path => `if [ -s ${path} ]; then echo full; fi`,
  path => `wc -c <${path}`,
  path => `cmp -s ${path} src/a.txt && echo same || echo other`,
  path => `cat "$(dirname "$(dirname "$PWD")")/packages/${path.replace(/^\.\.\//, '')}"`,
  path => `head -c 3 ${path}; echo`,
  path => `cat ${path} || echo nothing to read`,
  path => `readlink -f ${path} | sed 's,.*/work/,,'`,
  path => `cp ${path} copy.txt && cat copy.txt`,
  path => `grep -c . ${path}`,
  (_, nth) => `find ../p${nth} -name '*.txt' -not -path '*/node_modules/*' | sort | xargs cat`,
  (_, nth) => `grep -rh . ../p${nth}/src | sort`,
  (_, nth) => `ls ../p${nth}/src`,
  (_, nth) => `ls ../p${nth}`,
  (_, nth) => `(cd ../p${nth}/src && ls && cat a.txt)`,
  (_, nth) => `ln -sfn ../p${nth} link; cat link/src/a.txt; rm -f link`,
  (_, nth) => `cat ../p${nth}/package.json | cksum`,
  (_, nth) => `cat node_modules/@x/p${nth}/src/a.txt`,
  () => 'for each in ../*/src/a.txt; do cat "$each"; done',
  () => 'cat ../../rules.txt ../../tools/*',
  () => 'echo ../* | wc -w',
  () => 'cat ../../.git/HEAD',
  () => 'ls ../../.git | head -1',
  () => 'mkdir -p dist && cat src/*.txt >dist/out && cat dist/out',
  () => 'echo once >>made.txt; cat made.txt',
  () => 'rm -f src/deep/b.txt.bak; cat src/deep/*',
  () => 'echo "$GITHUB_SHA"',
  (path, _, next) =>
    next(4) > 0
      ? `cat ${path}`
      : `node -p "require('fs').readFileSync('${path.replace('..', "' + '.' + '.")}', 'utf8')"`,
]

function randomScript(self: number, next: Numbers): string {
  const reads = Array.from({ length: 1 + next(3) }, () => {
    const nth = next(3) === 0 ? self : next(packageCount)
    const path = next(6) === 0 ? `../../${pick(rootFiles, next)}` : `../p${nth}/${pick(own, next)}`
    return pick(means, next)(path, nth, next)
  })
  // What it read decides how it ends; some look away when there is nothing, some do not.
  const careful = next(3) === 0 ? 'set -e; ' : ''
  const read = reads.join('; ')
  return `${careful}seen=$(${read}) 2>/dev/null; ${careful ? '' : 'true; '}echo "$seen"; case "$seen" in *bad*) exit 1;; esac`
}

function randomTree(next: Numbers): TestTree {
  const packages = names.map((name, nth): [string, TestPackage] => {
    const needs = names.slice(0, nth).filter(() => next(4) === 0)
    const files = Object.fromEntries(own.map(path => [path, textOf(next)]))
    return [name, { scripts: { test: randomScript(nth, next), lint: randomScript(nth, next) }, needs, files }]
  })
  return {
    packages: Object.fromEntries(packages),
    files: Object.fromEntries(rootFiles.map(path => [path, textOf(next)])),
  }
}

function changedTree(tree: TestTree, next: Numbers): TestTree {
  if (next(8) === 0) return { ...tree, files: { ...tree.files, [pick(rootFiles, next)]: textOf(next) } }
  const name = pick(names, next)
  const before = tree.packages[name] ?? { scripts: {} }
  const files = { ...before.files }
  const kind = next(8)
  if (kind === 0) delete files[pick(Object.keys(files), next)]
  else if (kind === 1) files[`src/new${next(3)}.txt`] = textOf(next)
  else files[pick(own, next)] = textOf(next)
  return { ...tree, packages: { ...tree.packages, [name]: { ...before, files } } }
}

const textOf = (next: Numbers): string => (next(12) === 0 ? '' : `${pick(words, next)} ${next(4)}\n`)

function pick<T>(list: readonly T[], next: Numbers): T {
  const one = list[next(list.length)]
  if (one === undefined) throw new Error('expected a list with something in it')
  return one
}

export interface Comparison {
  /** Scripts that were run both ways. */
  compared: number
  restored: number
  /** Restored though by now they would fail. */
  falseGreens: string[]
  /** Ended or said something else in any way. */
  differences: string[]
}

const changesOfOne = 6

/**
 * Builds packages with random scripts, runs them with a cache, changes random files, and compares each run with one that has
 * no cache, until as many scripts were compared.
 */
export async function compareWithFresh(
  { seed, count, home, viewer }: { seed: number; count: number; home: string; viewer?: typeof findViewer },
  tell: (soFar: Comparison) => void = () => {},
): Promise<Comparison> {
  const next = numbersOf(seed)
  const all: Comparison = { compared: 0, restored: 0, falseGreens: [], differences: [] }
  // A comparison in which nothing was restored compares nothing: the few of a quick test may be so by chance.
  const goesOn = () => all.compared < count || (all.restored === 0 && all.compared < 10 * count)
  for (let nth = 0; goesOn(); nth++) {
    const place = join(home, `${nth}`)
    let tree = randomTree(next)
    const scripts = names.flatMap(name => [`${name} test`, `${name} lint`]).filter(() => next(2) === 0)
    for (let round = 0; round < changesOfOne && goesOn(); round++) {
      const sha = next(10) === 0 ? `${next(3)}` : 'aa'
      const given = { home: place, sha, ...(viewer && { viewer }) }
      const cached = await runScripts(tree, scripts, given)
      const fresh = await runScripts(tree, scripts, { ...given, hasCache: false })
      for (const [at, name] of scripts.entries())
        compareOne(all, `${nth}/${round} ${name}`, cached[at], fresh[at], tree)
      for (let edits = pick([0, 1, 1, 2], next); edits > 0; edits--) tree = changedTree(tree, next)
    }
    rmSync(place, { recursive: true, force: true })
    tell(all)
  }
  return all
}

function compareOne(
  all: Comparison,
  name: string,
  cached: ScriptRun | undefined,
  fresh: ScriptRun | undefined,
  tree: TestTree,
): void {
  all.compared += 1
  if (cached?.said === 'restored') all.restored += 1
  const shown = (run: ScriptRun | undefined) => JSON.stringify({ code: run?.code, out: run?.out, left: run?.left })
  if (shown(cached) === shown(fresh)) return
  const [, of = '', event = ''] = name.split(' ')
  const told = `${name} (${cached?.said}): ${tree.packages[of]?.scripts[event]}\n  ${shown(cached)}\n  ${shown(fresh)}`
  all.differences.push(told)
  if (cached?.code === 0 && fresh?.code !== 0) all.falseGreens.push(told)
}
