import { git } from './git.ts'

export interface WrittenPart {
  /** Every commit that `to` brings to a place where `from` is, itself included. */
  shas: string[]
  /** Authors, committers and co-authors of them, each once: `Ann <ann@example.com>`. */
  wrote: string[]
}

/**
 * Who wrote what `to` brings: all of its history where nothing is there yet, or where `from` is no commit of the
 * repository. A co-author may stand anywhere in a message: git itself looks at the last paragraph only.
 */
export async function writtenSince(path: string, from: string | null, to: string): Promise<WrittenPart> {
  const inRepo = (...args: string[]) => git(args, { cwd: path })
  const isKnown = from !== null && (await inRepo('cat-file', '-e', `${from}^{commit}`).then(yes, no))
  const range = isKnown ? `${from}..${to}` : to
  // What runs may be newer than what is promoted: its own commit counts always.
  const shown = ['--no-mailmap', '--format=%H%x1f%an <%ae>%x1f%cn <%ce>']
  const [own, all, bodies] = await Promise.all([
    inRepo('log', '--max-count=1', ...shown, to),
    inRepo('log', ...shown, range),
    Promise.all([['--max-count=1', to], [range]].map(which => inRepo('log', ...coAuthored, ...which))),
  ])
  const rows = [...own.split('\n'), ...all.split('\n')].filter(Boolean).map(line => line.split('\x1f'))
  const together = [...bodies.join('\n').matchAll(/^\s*co-authored-by:\s*(.+?)\s*$/gim)].map(([, name = '']) => name)
  return {
    shas: [...new Set(rows.map(([sha = '']) => sha))],
    wrote: [...new Set([...rows.flatMap(([, ...people]) => people), ...together])],
  }
}

const coAuthored = ['--regexp-ignore-case', '--grep=^[[:space:]]*co-authored-by:', '--format=%B']
const yes = () => true
const no = () => false
