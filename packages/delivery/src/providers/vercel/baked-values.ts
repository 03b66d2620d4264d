import { createHash } from 'node:crypto'
import type { OutputFile } from './output-files.ts'

/**
 * Two kinds of variables, told apart by what the files show. One is *baked*: a bundler wrote its value into the files, and another
 * environment cannot change it any more. The other is read when a function runs, from what Vercel keeps for the deployment.
 */
export interface BakedValues {
  /** Names, with a salted trace of the value that is in the files. */
  baked: Record<string, string>
  /** Names that functions ask for when they run. */
  readAtRunTime: string[]
}

/** What bundlers write into files for browsers, by the prefix of its name. */
const publicPrefixes = [
  'VITE_',
  'NEXT_PUBLIC_',
  'PUBLIC_',
  'NUXT_PUBLIC_',
  'REACT_APP_',
  'GATSBY_',
  'EXPO_PUBLIC_',
  'VUE_APP_',
]

/** Shorter ones stand in any file by chance. */
const shortest = 6

/** @param salt makes traces of two deployments differ; it is kept beside them */
export async function bakedValues(
  files: readonly OutputFile[],
  env: Readonly<Record<string, string | undefined>>,
  said: readonly string[],
  salt: string,
): Promise<BakedValues> {
  const candidates = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && value.length >= shortest && isBakedName(name, said) ? [[name, value] as const] : [],
  )
  const baked = new Set<string>()
  const readAtRunTime = new Set<string>()
  for (const each of files.filter(({ file }) => isText.test(file))) {
    const text = new TextDecoder().decode(await each.bytes())
    for (const [name, value] of candidates) if (holds(text, value)) baked.add(name)
    if (!each.file.includes('/functions/')) continue
    for (const [, name] of text.matchAll(/\bprocess\.env\.([A-Z][A-Z0-9_]*)/g)) if (name) readAtRunTime.add(name)
  }
  const traced = candidates.filter(([name]) => baked.has(name)).map(([name, value]) => [name, trace(value, salt)])
  return {
    baked: Object.fromEntries(traced),
    readAtRunTime: [...readAtRunTime].filter(each => !baked.has(each)).sort(),
  }
}

/** Names whose value of another environment is in the files, where this environment has a different one. */
export const bakedForOthers = (
  other: { baked: Readonly<Record<string, string>>; salt: string },
  own: BakedValues,
  env: Readonly<Record<string, string | undefined>>,
): string[] =>
  Object.entries(other.baked).flatMap(([name, traced]) => {
    const value = env[name]
    const isSame = value !== undefined && trace(value, other.salt) === traced
    return value === undefined || isSame || name in own.baked ? [] : [name]
  })

const isBakedName = (name: string, said: readonly string[]): boolean =>
  said.includes(name) || publicPrefixes.some(prefix => name.startsWith(prefix))

/** As it is, or as JSON writes it into a string. */
const holds = (text: string, value: string): boolean =>
  text.includes(value) || text.includes(JSON.stringify(value).slice(1, -1))

const trace = (value: string, salt: string): string =>
  createHash('sha256').update(`${salt}:${value}`).digest('hex').slice(0, 16)

const isText = /\.(?:m?js|cjs|html|css|json|txt|map|xml|svg|webmanifest)$/
