import { compileWhole, literally, setSource } from './linear-pattern.ts'

/**
 * Whether a folder is meant by a glob of pnpm-workspace.yaml: `*`, `**`, `?`, `[]`, `{a,b}`, `@(a|b)`, `!(a)` and the like.
 * Names that begin with a dot have to be written out. What is no glob is a name.
 */
export function workspaceGlob(glob: string): (folder: string) => boolean {
  try {
    const isMeant = whole(glob.replaceAll(negation, '*'))
    const isLeftOut = leftOut(glob).map(whole)
    return folder => isMeant(folder) && !isLeftOut.some(matches => matches(folder))
  } catch {
    return folder => folder === glob
  }
}

/** No regular expression says "all but these": what is not meant is matched on its own. */
const negation = /!\(([^()]*)\)/g

/** One glob for each part that is left out, with anything in the place of the others. */
function leftOut(glob: string): string[] {
  return [...glob.matchAll(negation)].map(({ 0: text, 1: inside = '', index }) => {
    const [before, after] = [glob.slice(0, index), glob.slice(index + text.length)]
    return `${before.replaceAll(negation, '*')}@(${inside})${after.replaceAll(negation, '*')}`
  })
}

const whole = (glob: string): ((folder: string) => boolean) => compileWhole(sourceOf(glob)).test

const groupEnds: Record<string, string> = { '@(': ')', '?(': ')?', '*(': ')*', '+(': ')+' }
const visible = '[^./][^/]*'

function sourceOf(glob: string): string {
  const open: string[] = []
  let source = ''
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i] ?? ''
    const pair = glob.slice(i, i + 2)
    const isFirst = i === 0 || '/{(,|'.includes(glob[i - 1] ?? '')
    const groupEnd = groupEnds[pair]
    if (groupEnd !== undefined || char === '{') {
      open.push(groupEnd ?? '}')
      source += '(?:'
      i += groupEnd === undefined ? 0 : 1
    } else if (char === '}' || char === ')') {
      source += char === '}' ? ')' : (open.at(-1) ?? char)
      open.pop()
    } else if (char === '|' || (char === ',' && open.at(-1) === '}')) source += '|'
    else if (isFirst && glob.startsWith('**/', i)) {
      source += `(?:${visible}/)*`
      i += 2
    } else if (isFirst && pair === '**' && i + 2 === glob.length) {
      source = `${source.replace(/\/$/, '')}(?:${source === '' ? '' : '/'}${visible}(?:/${visible})*)?`
      i += 1
    } else if (char === '*') source += isFirst ? `(?:${visible})${isAlone(glob, i) ? '' : '?'}` : '[^/]*'
    else if (char === '[') {
      const close = glob.indexOf(']', i + 2)
      source += close < 0 ? literally(char) : setSource(glob.slice(i + 1, close).replace(/^!/, '^'))
      i = close < 0 ? i : close
    } else if (char === '?') source += isFirst ? '[^./]' : '[^/]'
    else source += literally(char === '\\' ? (glob[++i] ?? char) : char)
  }
  return source
}

const isAlone = (glob: string, at: number): boolean => at + 1 === glob.length || '/})|,'.includes(glob[at + 1] ?? '')
